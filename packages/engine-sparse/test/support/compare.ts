import type { Engine, TopologyChange } from '@espalier/core';
import { expect } from 'vitest';

/** Whether values agree up to a share of the largest of them. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
) {
  expect(actual.length, what).toBe(expected.length);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / scale;
    // An expect per value would take most of the tests' time.
    if (!(error < tolerance)) expect.fail(`${what}[${i}] is ${actual[i]} for ${expected[i]}`);
  }
}

/** Whether two engines stand at the same point, their states being laid out alike. */
export async function expectSameState(ours: Engine, reference: Engine, tolerance: number) {
  const [a, b] = [await ours.save(), await reference.save()];
  for (const part of ['parameters', 'slots'] as const) {
    const shared = (names: string[]) => names.filter((name) => !/^(gradient|held_batch)\//.test(name)).sort();
    expect(shared(Object.keys(a[part]))).toEqual(shared(Object.keys(b[part])));
    for (const name of shared(Object.keys(b[part]))) {
      expect(a[part][name]!.shape, name).toEqual(b[part][name]!.shape);
      expectClose(spread(a[part][name]!), spread(b[part][name]!), tolerance, name);
    }
  }
  ours.layers.forEach(({ active }, i) => {
    expect(active).toEqual(reference.layers[i]!.active);
  });
}

function spread({ shape, data, positions }: Awaited<ReturnType<Engine['save']>>['slots'][string]) {
  if (positions === undefined) return data;
  const all = new Float64Array(shape.reduce((product, n) => product * n, 1));
  positions.forEach((position, i) => {
    all[position] = data[i]!;
  });
  return all;
}

/** A change that prunes, grows and restarts in every layer. */
export function changeOf(engine: Engine, slots: TopologyChange['slots']): TopologyChange[] {
  return engine.layers.map((layer) => {
    const size = layer.shape.reduce((product, n) => product * n, 1);
    const active = [...layer.active];
    const inactive = Array.from({ length: size }, (_, i) => i).filter((i) => !active.includes(i));
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
