import { closest, distance } from 'fastest-levenshtein';

/**
 * A hint for a name that is not known.
 * @param name - what was given
 * @param known - what would be right
 * @returns ` Did you mean "…"?` where one is close, then the list of known names
 */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return ' None is registered.';
  const near = closest(name, [...known]);
  const hint = distance(name, near) <= Math.max(2, name.length / 3) ? ` Did you mean "${near}"?` : '';
  return `${hint} Known: ${[...known].sort().join(', ')}.`;
}
