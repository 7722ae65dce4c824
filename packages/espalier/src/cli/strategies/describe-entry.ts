import type { Json } from '@espalier/core';
import { isFirstParty } from '../../plugins/first-party.js';
import { colors } from '../layout/colors.js';
import { entry, wrap } from '../layout/wrap.js';
import type { Entry } from './entries.js';

/** Where the meanings of options begin. */
const COLUMN = 32;

/** A strategy or method in words: what it is, its options with their defaults, its source. */
export function describeEntry({ name, plugin, summary, options, paper }: Entry): string {
  const owner = isFirstParty(plugin) ? '' : `  ${colors.dim(`from ${plugin}`)}`;
  return [
    `  ${colors.bold(name)}${owner}`,
    wrap(summary, 6),
    ...options.map(({ name: option, default: value, meaning }) =>
      entry(`${option}: ${show(value)}`, meaning ?? '', 6, COLUMN),
    ),
    ...(paper === undefined ? [] : [colors.dim(wrap(`Paper: ${paper}`, 6))]),
  ].join('\n');
}

function show(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
