import standard from '@espalier/plugin-standard';
import { describe, expect, it } from 'vitest';
import { ArrayLayer } from '../../../test/support/array-layer.js';
import { fromOutIn } from '../../../test/support/from-out-in.js';
import { goldenCase } from '../../../test/support/golden.js';
import { planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import structures from '../src/index.js';

const FILE = '14_structured';

function recipe(structure: object, dropFraction: number) {
  return recipeOf({
    plugins: [standard, structures],
    method: 'static',
    overrides: {
      structure: structure as { use: string },
      drop: { dropFraction },
      prune: 'magnitude',
      regrow: 'gradient',
      redistribute: 'allocated',
    },
  });
}

/** A layer that is not the last, as a matrix [out, in] of the vectors. */
function matrixLayers(input: { weights: number[][]; mask: number[][]; gradients: number[][] }) {
  const { description, canonical } = fromOutIn('a', [input.mask.length, input.mask[0]!.length]);
  const layer = new ArrayLayer(description, {
    mask: canonical(input.mask.flat()),
    weights: canonical(input.weights.flat()),
    signals: { gradient: canonical(input.gradients.flat()) },
  });
  return [layer, rowLayer('last', [1, 1], [1, 1], { gradient: [0, 0] })] as const;
}

const maskOf = (layer: ArrayLayer, shape: readonly number[]) => fromOutIn('a', shape).outIn(layer.mask);

describe('structures agree with the golden cases', () => {
  it('n-m keeps the largest of each group', () => {
    const { input, expected } = goldenCase(FILE, 'n2-m4');
    const layer = rowLayer(
      'a',
      input.weights.map(() => 1),
      input.weights,
      { gradient: input.weights },
    );
    // All leave and the gradient, here the weight itself, brings the best of each group back.
    const { plan } = planUpdate(recipe({ use: 'n-m', n: input.N, m: input.M }, 1), [layer], { budget: 4 });
    layer.apply(plan.layers[0]!.change);
    expect(layer.mask).toEqual(expected);
  });

  it('constant-fan-in trims and fills every unit', () => {
    const { input, expected } = goldenCase(FILE, 'constant-fan-in');
    const layers = matrixLayers(input);
    const { plan } = planUpdate(recipe({ use: 'constant-fan-in' }, input.fraction), layers);
    layers[0].apply(plan.layers[0]!.change);
    expect(maskOf(layers[0], [3, 6])).toEqual(expected.mask.flat());
  });

  it('constant-fan-in ablates units with few salient weights', () => {
    const decision = goldenCase(FILE, 'srigl-ablation-decision');
    const { input, expected } = goldenCase(FILE, 'srigl-after-ablation');
    expect(decision.expected).toMatchObject({ alive: input.alive, newFanIn: input.fanIn });
    const layers = matrixLayers(input);
    const structure = { use: 'constant-fan-in', ablate: decision.input.gamma };
    const { plan } = planUpdate(recipe(structure, input.fraction), layers);
    layers[0].apply(plan.layers[0]!.change);
    expect(maskOf(layers[0], [3, 6])).toEqual(expected.mask.flat());
  });

  it('block ranks by the sum over each block', () => {
    const { input, expected } = goldenCase(FILE, 'block-scores-2x2');
    const { description, canonical } = fromOutIn('a', [4, 4]);
    const weights = canonical(input.weights.flat());
    const layer = new ArrayLayer(description, {
      mask: weights.map(() => 1),
      weights,
      signals: { gradient: weights.map(() => 0) },
    });
    const [units, inputs] = input.block;
    const { plan } = planUpdate(recipe({ use: 'block', inputs, units }, 0.5), [layer], { budget: 8 });
    layer.apply(plan.layers[0]!.change);
    // Block b of the vectors holds rows 2 floor(b / 2) + {0, 1} and columns 2 (b mod 2) + {0, 1}.
    const mask = Array.from({ length: 16 }, (_, p) => {
      const blockOf = 2 * Math.floor(p / 8) + Math.floor((p % 4) / 2);
      return expected.keep.includes(blockOf) ? 1 : 0;
    });
    expect(maskOf(layer, [4, 4])).toEqual(mask);
  });
});
