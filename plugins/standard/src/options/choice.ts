import type { Choice, Json } from '@espalier/core';
import type { Complaint } from './checks.js';

/** Complains of an option that does not name another strategy: a string, or a map with `use`. */
export function choiceComplaint(name: string, value: Json): Complaint {
  const named =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as { readonly use?: Json }).use
      : value;
  return typeof named === 'string'
    ? undefined
    : `${name} is ${JSON.stringify(value)}, but must be a strategy's name or a map with "use".`;
}

/** An option that passed {@link choiceComplaint}. */
export function asChoice(value: Json): Choice {
  return value as Choice;
}
