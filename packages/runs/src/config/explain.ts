import { suggest } from '@espalier/core';
import type { z } from 'zod';
import { CONFIG, ENGINE, OPTIMIZERS, ROUND, SCHEDULES, SPARSITY, TRAIN } from './schema.js';
import { isMapping } from './spell-out.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
};

/**
 * What is wrong with a configuration, one sentence per problem: the key's path, what was found, what is allowed.
 * @param config - what the schema was given
 */
export function explain(issues: readonly Issue[], config: unknown, prefix: Path = []): string[] {
  return issues.flatMap((issue) => explainOne(issue, config, [...prefix, ...issue.path]));
}

function explainOne(issue: Issue, config: unknown, path: Path): string[] {
  const where = path.length === 0 ? 'The configuration' : dotted(path);
  const found = valueAt(config, path);
  const wrong = (allowed: string): string[] => [
    found === undefined
      ? `${where} is missing; it must be ${allowed}`
      : `${where} must be ${allowed}, not ${show(found)}`,
  ];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(path, found);
      const place = path.length === 0 ? 'There is' : `${where} has`;
      return issue.keys.map((key) => `${place} no key "${key}".${suggest(key, known)}`);
    }
    case 'invalid_type':
      return wrong(KINDS[issue.expected] ?? mappingText(path));
    case 'invalid_value':
      return wrong(oneOf(issue.values));
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return [`${where} must not be empty`];
      return wrong(`${issue.inclusive === true ? 'at least' : 'above'} ${issue.minimum}`);
    case 'too_big':
      return wrong(`${issue.inclusive === true ? 'at most' : 'below'} ${issue.maximum}`);
    case 'invalid_union': {
      if (issue.inclusive !== false && issue.options !== undefined) return wrong(oneOf(issue.options));
      // Of several forms, the one that the value was meant to have is the one whose outermost type fits.
      const meant = issue.errors.find((errors) => errors.every(({ path: inner }) => inner.length > 0));
      if (meant !== undefined) return explain(meant, config, path);
      return wrong(issue.message === 'Invalid input' ? 'a value that JSON can hold' : issue.message);
    }
    default:
      return wrong(issue.message);
  }
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
}

/** The keys that a mapping at some path may have. */
function knownKeys(path: Path, mapping: unknown): string[] {
  const use = isMapping(mapping) ? String(mapping.use) : '';
  switch (path.at(-1)) {
    case undefined:
      return Object.keys(CONFIG.shape);
    case 'engine':
      return Object.keys(ENGINE.shape);
    case 'sparsity':
      return Object.keys(SPARSITY.shape);
    case 'train':
      return Object.keys(TRAIN.shape);
    case 'optimizer':
      return Object.keys(OPTIMIZERS[use as keyof typeof OPTIMIZERS].shape);
    case 'schedule':
      return Object.keys(SCHEDULES[use as keyof typeof SCHEDULES].shape);
    case 'slots':
      return use === 'seed' ? ['use', 'scale'] : ['use'];
    default:
      return Object.keys(ROUND.shape);
  }
}

function mappingText(path: Path): string {
  const key = path.at(-1);
  if (key === 'sparsity') return `a mapping of ${Object.keys(SPARSITY.shape).join(', ')}`;
  if (key === 'train') return `a mapping of ${Object.keys(TRAIN.shape).join(', ')}`;
  if (path.length === 0) return 'a mapping of keys to values';
  if (path.at(-2) === 'rounds') return `a mapping of ${Object.keys(ROUND.shape).join(', ')}`;
  return `a name or { use: name, ...options }${['hook', 'structure', 'backward'].includes(String(key)) ? ', or null' : ''}`;
}

function valueAt(config: unknown, path: Path): unknown {
  let value = config;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function dotted(path: Path): string {
  return path.map(String).join('.');
}

function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'function') return 'a function';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
