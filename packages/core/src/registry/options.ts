import type { About, Json, Options } from '../contract.js';
import { EspalierError, suggest } from '../errors/index.js';

/**
 * Completes given options with defaults and checks names, types and the definition's own rules.
 *
 * @param owner - for messages, e.g. `regrow "random"`
 * @returns every option, in the order of the defaults
 * @throws EspalierError ESPALIER_UNKNOWN_OPTION or ESPALIER_INVALID_OPTION
 */
export function completeOptions(owner: string, defaults: Options, given: Options, about: About): Options {
  const names = Object.keys(defaults);
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) {
      const known = names.length === 0 ? ' It has no options.' : suggest(name, names);
      throw new EspalierError('ESPALIER_UNKNOWN_OPTION', `${owner} has no option "${name}".${known}`);
    }
    const expected = expectedType(defaults[name]!);
    if (!expected.accepts(value)) {
      throw new EspalierError(
        'ESPALIER_INVALID_OPTION',
        `${owner}: the option "${name}" is ${JSON.stringify(value)}, but must be ${expected.name}.`,
      );
    }
  }
  const options = Object.fromEntries(names.map((name) => [name, given[name] ?? defaults[name]!]));
  const complaint = about.check?.(options);
  if (complaint !== undefined) throw new EspalierError('ESPALIER_INVALID_OPTION', `${owner}: ${complaint}`);
  return options;
}

interface ExpectedType {
  readonly name: string;
  accepts(value: Json): boolean;
}

function expectedType(sample: Json): ExpectedType {
  if (sample === null)
    return { name: 'null, a number, a string, true, false or a list', accepts: () => true };
  if (typeof sample === 'number') return { name: 'a finite number', accepts: (v) => Number.isFinite(v) };
  if (Array.isArray(sample)) return { name: 'a list', accepts: (v) => Array.isArray(v) };
  if (typeof sample === 'object') {
    return { name: 'a map', accepts: (v) => typeof v === 'object' && v !== null && !Array.isArray(v) };
  }
  const type = typeof sample;
  return { name: type === 'boolean' ? 'true or false' : 'a string', accepts: (v) => typeof v === type };
}
