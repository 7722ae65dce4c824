import type { Check } from './check.js';

/** A check, and why it is left out, if it is. */
export interface ReasonedCheck extends Check {
  /** The reason, of the option `skip`. */
  readonly skipped?: string;
}

/**
 * Marks the checks that are to be left out.
 *
 * @param skip - reasons, by the start of a check's name
 * @param owner - for the message
 * @throws TypeError where no check has the name
 */
export function withSkips(
  checks: readonly Check[],
  skip: Readonly<Record<string, string>>,
  owner: string,
): readonly ReasonedCheck[] {
  const starts = Object.keys(skip);
  const idle = starts.find((start) => !checks.some(({ name }) => name.startsWith(start)));
  if (idle !== undefined)
    throw new TypeError(`${owner} has no check that begins with "${idle}": nothing to skip.`);
  return checks.map((check) => {
    const start = starts.find((candidate) => check.name.startsWith(candidate));
    return start === undefined ? check : { ...check, skipped: skip[start]! };
  });
}
