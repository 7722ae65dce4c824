import type { Engine, StateTensor, TopologyChange } from '@espalier/core';
import { difference } from '../support/difference.js';
import { fail } from '../support/fail.js';
import { sizeOf } from './request.js';

/**
 * Whether values agree up to a share of the largest of those expected, which counts as 0.001 at least.
 * @param what - for the message
 * @throws Error naming the first value that does not
 */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  if (actual.length !== expected.length) {
    fail(`${what} has ${actual.length} values for ${expected.length}.`);
  }
  let scale = 1e-3;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]!));
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / scale;
    if (!(error < tolerance)) fail(`${what}[${i}] is ${actual[i]} for ${expected[i]}.`);
  }
}

/**
 * Whether two values of plain data and typed arrays are equal, numbers bit by bit.
 * @throws Error saying where they are not
 */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const found = difference(actual, expected, what);
  if (found !== undefined) fail(`${found}.`);
}

/** Slots that engines lay out as they like, because only they read them. */
const PRIVATE = /^(gradient|held_batch)\//;

/**
 * Whether two engines stand at the same point: parameters, optimizer slots and topology.
 * @param tolerance - see {@link expectClose}; 0.002 suits a few steps in single precision
 * @throws Error naming what differs
 */
export async function expectSameState(ours: Engine, reference: Engine, tolerance: number): Promise<void> {
  const [a, b] = [await ours.save(), await reference.save()];
  for (const part of ['parameters', 'slots'] as const) {
    const names = (state: object) =>
      Object.keys(state)
        .filter((name) => !PRIVATE.test(name))
        .sort();
    expectEqual(names(a[part]), names(b[part]), part);
    for (const name of names(b[part])) {
      expectEqual(a[part][name]!.shape, b[part][name]!.shape, `the shape of ${name}`);
      expectClose(spread(a[part][name]!), spread(b[part][name]!), tolerance, name);
    }
  }
  for (const [i, layer] of ours.layers.entries()) {
    expectEqual([...layer.active], [...reference.layers[i]!.active], `${layer.name}.active`);
  }
}

function spread({ shape, data, positions }: StateTensor): ArrayLike<number> {
  if (positions === undefined) return data;
  const all = new Float64Array(sizeOf(shape));
  positions.forEach((position, i) => {
    all[position] = data[i]!;
  });
  return all;
}

/** A change that prunes a third, restarts some and grows as many in every layer, one more where there is room. */
export function changeOf(engine: Engine, slots: TopologyChange['slots']): TopologyChange[] {
  return engine.layers.map((layer) => {
    const active = [...layer.active];
    const held = new Set(active);
    const inactive = Array.from({ length: sizeOf(layer.shape) }, (_, i) => i).filter((i) => !held.has(i));
    const pruned = Uint32Array.from(active.filter((_, i) => i % 3 === 0));
    const restarted = Uint32Array.from(active.filter((_, i) => i % 5 === 1 && i % 3 !== 0));
    const grown = Uint32Array.from(inactive.slice(0, pruned.length + 1));
    return {
      layer: layer.name,
      pruned,
      grown,
      grownValues: Float32Array.from(grown, (_, i) => 0.1 * (i % 3)),
      restarted,
      restartedValues: Float32Array.from(restarted, () => 0.05),
      slots,
    };
  });
}
