import { EspalierError, type Json, type Options, suggest } from '@espalier/core';

/**
 * Options of a named data set, completed by its defaults.
 *
 * A default says which type an option has; null stands for a text that is not set, a list for numbers.
 * @throws EspalierError ESPALIER_UNKNOWN_OPTION, or ESPALIER_INVALID_OPTION for the wrong type
 */
export function completeOptions<D extends Options>(name: string, defaults: D, given: Options): D {
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, key)) {
      throw new EspalierError(
        'ESPALIER_UNKNOWN_OPTION',
        `The data set ${name} has no option "${key}".${suggest(key, Object.keys(defaults))}`,
      );
    }
    const expected = typeOf(defaults[key]!);
    if (typeOf(value) !== expected || (value === null && defaults[key] !== null)) {
      throw new EspalierError(
        'ESPALIER_INVALID_OPTION',
        `The data set ${name}: ${key} must be a ${expected}, not ${JSON.stringify(value)}.`,
      );
    }
  }
  return { ...defaults, ...given };
}

function typeOf(value: Json): string {
  if (value === null) return 'string';
  if (!Array.isArray(value)) return typeof value;
  return value.every((entry) => typeof entry === 'number') ? 'list of numbers' : 'list';
}
