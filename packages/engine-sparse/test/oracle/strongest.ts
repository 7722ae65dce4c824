/**
 * Positions of the largest magnitudes that are at least `least`, outside of some; of equal ones the lower positions.
 * @returns positions, ascending
 */
export function strongest(
  gradient: Float64Array,
  limit: number,
  excluded: readonly number[],
  least: number,
): number[] {
  const candidates = Array.from(gradient, (_, position) => position).filter(
    (position) => !excluded.includes(position) && Math.abs(gradient[position]!) >= least,
  );
  const bySize = candidates.sort((a, b) => Math.abs(gradient[b]!) - Math.abs(gradient[a]!) || a - b);
  return bySize.slice(0, limit).sort((a, b) => a - b);
}
