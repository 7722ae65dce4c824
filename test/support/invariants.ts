import type { UpdatePlan } from '@espalier/core';
import { expect } from 'vitest';
import type { ArrayLayer } from './array-layer.js';

/** What an update had to keep to. */
export interface Terms {
  readonly budget: number;
  readonly floors: readonly number[];
  /** Whether just pruned weights were no candidates: then floors hold as far as other positions go. */
  readonly neverReturns?: boolean;
}

/**
 * Commits a plan and checks what holds of every update: the budget exactly, layers between nothing and full,
 * floors where the regrown weights sufficed, disjoint changes, no value off the mask.
 *
 * @param layers - those that the plan was made of; they are changed
 */
export function expectSoundCommit(plan: UpdatePlan, layers: readonly ArrayLayer[], terms: Terms): void {
  const before = layers.map((layer) => ({ mask: layer.mask, values: layer.values }));
  for (const [i, { change }] of plan.layers.entries()) layers[i]!.apply(change);
  const counts = layers.map(({ active }) => active.length);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(terms.budget);

  const reachable = plan.layers.map(({ layer, removed }, i) =>
    Math.min(terms.floors[i]!, terms.neverReturns ? layer.size - removed : layer.size),
  );
  const deficits = plan.layers.map(({ nonZerosBefore, removed }, i) =>
    Math.max(0, reachable[i]! - (nonZerosBefore - removed)),
  );
  const total = terms.budget - plan.layers.reduce((n, p) => n + p.nonZerosBefore - p.removed, 0);
  const sufficient = deficits.reduce((a, b) => a + b, 0) <= total;

  for (const [i, layer] of layers.entries()) {
    const { pruned, grown, returned, removed, nonZerosBefore, nonZerosAfter, change } = plan.layers[i]!;
    expect(nonZerosAfter).toBe(counts[i]);
    expect(nonZerosAfter).toBe(nonZerosBefore - pruned.length + grown.length);
    expect(removed).toBe(pruned.length + returned.length);
    if (sufficient) expect(counts[i]).toBeGreaterThanOrEqual(reachable[i]!);
    for (const p of pruned) expect([before[i]!.mask[p], layer.mask[p]]).toEqual([1, 0]);
    for (const p of grown) expect([before[i]!.mask[p], layer.mask[p]]).toEqual([0, 1]);
    for (const p of returned) expect([before[i]!.mask[p], layer.mask[p]]).toEqual([1, 1]);
    const anew = new Set([...grown, ...change.restarted]);
    for (const [p, value] of layer.values.entries()) {
      if (layer.mask[p] === 0) expect(value).toBe(0);
      else if (!anew.has(p)) expect(value).toBe(before[i]!.values[p]);
    }
  }
}

/** A plan as plain data, for comparing plans. */
export function plainPlan(plan: UpdatePlan) {
  return plan.layers.map(({ layer, removed, pruned, grown, returned, change }) => ({
    layer: layer.name,
    removed,
    pruned: [...pruned],
    grown: [...grown],
    returned: [...returned],
    grownValues: [...change.grownValues],
    restarted: [...change.restarted],
    restartedValues: [...change.restartedValues],
  }));
}
