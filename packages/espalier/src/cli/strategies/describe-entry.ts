import type { Json } from '@espalier/core';
import { isFirstParty } from '../../plugins/first-party.js';
import { colors } from '../layout/colors.js';
import { entry, wrap } from '../layout/wrap.js';
import type { Entry } from './entries.js';

/** Where the meanings of options begin. */
const COLUMN = 32;

/** A strategy or method in words: what it is, its options with their defaults, its source. */
export function describeEntry({ name, plugin, summary, options, paper, needs, on }: Entry): string {
  const owner = isFirstParty(plugin) ? '' : `  ${colors.dim(`from ${plugin}`)}`;
  return [
    `  ${colors.bold(name)}${owner}`,
    wrap(summary, 6),
    ...options.map(({ name: option, default: value, meaning }) =>
      entry(`${option}: ${show(value)}`, meaning ?? '', 6, COLUMN),
    ),
    ...(on === undefined ? [] : [wrap(runsWhere(on, needs ?? []), 6)]),
    ...(paper === undefined ? [] : [colors.dim(wrap(`Paper: ${paper}`, 6))]),
  ].join('\n');
}

function runsWhere(
  { engine, runs, missing, with: word }: NonNullable<Entry['on']>,
  needs: readonly string[],
): string {
  const reads = needs.length === 0 ? 'reads no signal' : `reads ${needs.join(', ')}`;
  if (runs) return `Runs on ${engine}: ${reads}.`;
  if (word !== undefined) return `Runs on ${engine} with ${word}: ${reads}.`;
  return `Does not run on ${engine}, which does not supply ${missing.join(', ')}: ${reads}.`;
}

function show(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
