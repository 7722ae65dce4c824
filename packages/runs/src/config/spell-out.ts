import { SLOTS } from './schema.js';

/** Keys whose value is a name or `{ use: name, ...options }`, and what their name is by default. */
const NAMED: Readonly<Record<string, string | undefined>> = {
  engine: undefined,
  data: undefined,
  architecture: undefined,
  method: undefined,
  slots: undefined,
  optimizer: 'sgd',
  ...Object.fromEntries(Object.keys(SLOTS).map((slot) => [slot, undefined])),
};

/**
 * A copy of a configuration in which every name is written `{ use: name }`, so that the schema has one form to
 * check. Keys without a value are left out; whatever does not fit is left as it is, for the schema to refuse.
 */
export function spellOut(config: unknown): unknown {
  const copy = plainCopy(config);
  if (!isMapping(copy)) return copy;
  for (const [key, defaultName] of Object.entries(NAMED)) spell(copy, key, defaultName);
  if (isMapping(copy.optimizer)) spell(copy.optimizer, 'schedule', 'cosine');
  if (typeof copy.from === 'string') copy.from = { directory: copy.from };
  spellList(copy.regrow);
  spellList(copy.observers);
  if (Array.isArray(copy.rounds)) {
    for (const round of copy.rounds.filter(isMapping)) {
      for (const slot of Object.keys(SLOTS)) spell(round, slot);
      spellList(round.regrow);
    }
  }
  return copy;
}

/** Whether a value is a mapping of keys to values, as YAML, JSON or an object literal gives it. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function spell(mapping: Record<string, unknown>, key: string, defaultName?: string): void {
  const value = mapping[key];
  if (typeof value === 'string') mapping[key] = { use: value };
  else if (isMapping(value) && defaultName !== undefined && !Object.hasOwn(value, 'use')) {
    mapping[key] = { use: defaultName, ...value };
  }
}

function spellList(list: unknown): void {
  if (!Array.isArray(list)) return;
  for (const [i, entry] of list.entries()) if (typeof entry === 'string') list[i] = { use: entry };
}

function plainCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainCopy);
  if (!isMapping(value)) return value;
  const given = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(given.map(([key, entry]) => [key, plainCopy(entry)]));
}
