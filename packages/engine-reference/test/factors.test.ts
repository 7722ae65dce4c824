import { describe, expect, it } from 'vitest';
import { asking, at, engineOf, network, request, source } from './support.js';

const asked = request(0, { signals: asking('factors', 'gradient'), updateWeights: false });

describe('factors', () => {
  it('of a dense layer are sums over the examples, with signs sums that may cancel', async () => {
    const engine = await engineOf(network([2], { kind: 'dense', name: 'd', units: 1, bias: false }), {
      start: [{ name: 'd/kernel', active: at(0), weights: Float32Array.of(0) }],
    });
    // The output is 0, so that deltas are -2 t over 2 examples.
    const inputs = Float32Array.of(1, -2, -3, 4);
    await engine.trainStep({ size: 2, inputs, targets: Float32Array.of(-0.5, 2) }, asked);
    const [layer] = engine.layers;
    expect(layer?.factors?.()).toEqual({ rows: Float32Array.of(4, 6), units: Float32Array.of(2.5) });
    expect(layer?.factors?.(() => 1)).toEqual({ rows: Float32Array.of(2, 2), units: Float32Array.of(1.5) });
    expect(layer?.factors?.((example) => (example === 0 ? 1 : -1))).toEqual({
      rows: Float32Array.of(4, 6),
      units: Float32Array.of(2.5),
    });
  });

  it('of a convolution are sums over its output positions, too, per offset and channel', async () => {
    const architecture = network([2, 2, 1], {
      kind: 'conv2d',
      name: 'c',
      filters: 2,
      kernelSize: [1, 2],
      padding: 'same',
      bias: false,
    });
    const engine = await engineOf(architecture, {
      loss: 'output-sum',
      start: [{ name: 'c/kernel', active: at(0), weights: Float32Array.of(1) }],
    });
    await engine.trainStep({ size: 1, inputs: Float32Array.of(1, -2, 3, 5) }, asked);
    // At the first offset all four pixels are seen, at the second only those of the right column.
    const [layer] = engine.layers;
    expect(layer?.factors?.()).toEqual({ rows: Float32Array.of(11, 7), units: Float32Array.of(4, 4) });
    expect(layer?.factors?.(() => -1)).toEqual({ rows: Float32Array.of(7, 3), units: Float32Array.of(4, 4) });
  });

  it.each([
    ['a grouped convolution', { kind: 'conv2d', name: 'c', filters: 4, kernelSize: [2, 2], groups: 2 }],
    [
      'a depthwise convolution',
      { kind: 'depthwiseConv2d', name: 'c', kernelSize: [2, 2], depthMultiplier: 2 },
    ],
  ] as const)(
    'of %s with equal signs multiply to the gradient of one example and one place',
    async (_, node) => {
      const engine = await engineOf(network([2, 2, 2], node), { loss: 'output-sum' });
      const stream = source.stream('input', '', 0);
      const inputs = Float32Array.from({ length: 8 }, () => stream.normal());
      await engine.trainStep({ size: 1, inputs }, asked);
      const [layer] = engine.layers;
      const { rows, units } = layer!.factors!(() => 1);
      expect([rows.length, units.length]).toEqual([4 * 2, 4]);
      expect(rows).toEqual(inputs.map(Math.abs));
      expect(units).toEqual(new Float32Array(4).fill(1));
    },
  );

  it('can be read only where the step was asked for them, and are of no position', async () => {
    const engine = await engineOf(network([2], { kind: 'dense', name: 'd', units: 1 }));
    const batch = { size: 1, inputs: Float32Array.of(1, 2), targets: Float32Array.of(1) };
    await engine.trainStep(batch, asked);
    const layer = engine.layers[0]!;
    expect(() => layer.signal('factors', at(0))).toThrow(/not of positions/);
    await engine.trainStep(batch, request(1));
    expect(() => layer.factors?.()).toThrow(/not asked for the signal "factors"/);
  });
});
