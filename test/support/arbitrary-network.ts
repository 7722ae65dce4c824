import fc from 'fast-check';
import type { ArrayLayer } from './array-layer.js';
import { rowLayer } from './row-layer.js';

/** What a network is drawn as: plain data, so that failures print and layers can be made more than once. */
export interface DrawnLayer {
  readonly name: string;
  readonly mask: readonly number[];
  readonly weights: readonly number[];
  readonly gradient: readonly number[];
}

/** Makes the layers of a drawn network. */
export function layersOf(network: readonly DrawnLayer[]): ArrayLayer[] {
  return network.map(({ name, mask, weights, gradient }) => rowLayer(name, mask, weights, { gradient }));
}

/** Active weights of a drawn network. */
export function nnzOf(network: readonly DrawnLayer[]): number {
  return network.flatMap(({ mask }) => mask).filter((m) => m === 1).length;
}

// Few values make ties the rule, zero gradients included.
const tied = fc.constantFrom(0, 0.5, -0.5, 1, -1, 2);
const free = fc.float({ min: -4, max: 4, noNaN: true });

/**
 * Networks of one to five layers with one to twelve positions: layers may be full or empty, weights zero or equal,
 * gradients zero or equal. There are as many active weights as layers at least, so that floors of 1 are possible.
 */
export function arbitraryNetwork(values: 'tied' | 'any' = 'any'): fc.Arbitrary<DrawnLayer[]> {
  const value = values === 'tied' ? tied : fc.oneof(tied, free);
  const layer = fc.integer({ min: 1, max: 12 }).chain((size) => {
    const list = fc.array(value, { minLength: size, maxLength: size });
    const bits = fc.array(fc.constantFrom(0, 1), { minLength: size, maxLength: size });
    const mask = fc.oneof(
      { weight: 4, arbitrary: bits },
      fc.constant(Array<number>(size).fill(1)),
      fc.constant(Array<number>(size).fill(0)),
    );
    return fc.record({ mask, weights: list, gradient: list });
  });
  return fc
    .array(layer, { minLength: 1, maxLength: 5 })
    .map((layers) => layers.map((parts, i) => ({ name: `layer${i}/kernel`, ...parts })))
    .filter((network) => nnzOf(network) >= network.length);
}

/**
 * Networks without ties: weights and gradients of all layers are distinct in absolute value, so that no choice
 * depends on the order of layers or positions.
 */
export function arbitraryTieFreeNetwork(): fc.Arbitrary<DrawnLayer[]> {
  return arbitraryNetwork().chain((network) => {
    const size = network.reduce((n, { mask }) => n + mask.length, 0);
    const ranks = Array.from({ length: size }, (_, i) => i + 1);
    const shuffled = fc.shuffledSubarray(ranks, { minLength: size });
    const signs = fc.array(fc.constantFrom(1, -1), { minLength: size, maxLength: size });
    return fc.record({ w: shuffled, g: shuffled, signs }).map(({ w, g, signs }) => {
      let from = 0;
      return network.map((layer) => {
        const to = from + layer.mask.length;
        const part = (values: readonly number[]) =>
          values.slice(from, to).map((v, i) => v * signs[from + i]!);
        const drawn = { ...layer, weights: part(w), gradient: part(g) };
        from = to;
        return drawn;
      });
    });
  });
}
