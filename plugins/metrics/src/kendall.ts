/**
 * Kendall's rank correlation of two lists, tau-b: 1 for the same order, -1 for the opposite one; pairs that are tied in
 * one list count half. 1 where a list has no order, all its values being equal.
 *
 * @param a - values
 * @param b - as many values
 */
export function kendallTau(a: readonly number[], b: readonly number[]): number {
  let concordance = 0;
  let orderedA = 0;
  let orderedB = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const signA = Math.sign(a[i]! - a[j]!);
      const signB = Math.sign(b[i]! - b[j]!);
      concordance += signA * signB;
      orderedA += signA ** 2;
      orderedB += signB ** 2;
    }
  }
  return orderedA === 0 || orderedB === 0 ? 1 : concordance / Math.sqrt(orderedA * orderedB);
}
