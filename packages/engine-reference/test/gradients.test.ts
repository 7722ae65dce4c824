import { outputShape, sizeOf } from '@espalier/architectures';
import type { Architecture, ArchitectureNode, Engine, EngineState } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { asking, denseTensor, engineOf, network, randomBatch, request } from './support.js';

const EXAMPLES = 3;
const conv: ArchitectureNode = { kind: 'conv2d', name: 'first', filters: 4, kernelSize: [2, 2] };
const head: readonly ArchitectureNode[] = [
  { kind: 'flatten', name: 'flat' },
  { kind: 'dense', name: 'head', units: 3 },
];

/** Puts nodes between a convolution and a dense head, so that gradients pass through them both ways. */
const between = (...nodes: ArchitectureNode[]) => network([5, 4, 2], conv, ...nodes, ...head);

const name = 'node';
const cases: Readonly<Record<string, Architecture>> = {
  'dense without bias': network([4], { kind: 'dense', name, units: 3, bias: false }),
  'dense over the last axis of images': between({ kind: 'dense', name, units: 3 }),
  'conv2d with strides and same padding': between({
    kind: 'conv2d',
    name,
    filters: 3,
    kernelSize: [3, 2],
    strides: [2, 1],
    padding: 'same',
  }),
  'conv2d in groups': between({ kind: 'conv2d', name, filters: 6, kernelSize: [2, 2], groups: 2 }),
  'depthwiseConv2d with multiplier and padding': between({
    kind: 'depthwiseConv2d',
    name,
    kernelSize: [3, 3],
    strides: [2, 2],
    depthMultiplier: 2,
    padding: 'same',
  }),
  'batchNorm over images': between({ kind: 'batchNorm', name }),
  'batchNorm over vectors': network(
    [4],
    { kind: 'dense', name: 'first', units: 5 },
    { kind: 'batchNorm', name, epsilon: 0.1 },
    { kind: 'activation', name: 'a', activation: 'tanh' },
    { kind: 'dense', name: 'head', units: 3 },
  ),
  relu: between({ kind: 'activation', name, activation: 'relu' }),
  leakyRelu: between({ kind: 'activation', name, activation: 'leakyRelu', slope: 0.3 }),
  gelu: between({ kind: 'activation', name, activation: 'gelu' }),
  tanh: between({ kind: 'activation', name, activation: 'tanh' }),
  sigmoid: between({ kind: 'activation', name, activation: 'sigmoid' }),
  'maxPool2d with overlap and padding': between({
    kind: 'maxPool2d',
    name,
    poolSize: [2, 3],
    strides: [1, 2],
    padding: 'same',
  }),
  'averagePool2d with padding': between({ kind: 'averagePool2d', name, poolSize: [3, 2], padding: 'same' }),
  globalAveragePool: between({ kind: 'globalAveragePool', name }),
  globalMaxPool: between({ kind: 'globalMaxPool', name }),
  dropout: between({ kind: 'dropout', name, rate: 0.4 }),
  'add of branches and of one node twice': between(
    { kind: 'conv2d', name: 'branch', filters: 4, kernelSize: [3, 3], padding: 'same' },
    { kind: 'activation', name: 'bent', activation: 'tanh' },
    { kind: 'add', name, inputs: ['bent', 'first', 'first'] },
  ),
};

/** The training loss with one value of one parameter moved; kernels are taken as dense, so any position will do. */
async function lossWith(
  engine: Engine,
  state: EngineState,
  tensor: string,
  position: number,
  by: number,
  batch: ReturnType<typeof randomBatch>,
) {
  const parameters = Object.fromEntries(
    Object.entries(state.parameters).map(([key, { shape }]) => {
      const data = Float64Array.from(denseTensor(state, key));
      if (key === tensor) data[position]! += by;
      return [key, { shape, data }];
    }),
  );
  const slots = Object.fromEntries(
    Object.entries(state.slots).map(([key, { shape }]) => [
      key,
      { shape, data: new Float64Array(sizeOf(shape)) },
    ]),
  );
  engine.load({ parameters, slots });
  return (await engine.trainStep(batch, request(5, { updateWeights: false }))).loss;
}

async function checkGradients(architecture: Architecture, loss: 'cross-entropy' | 'mean-squared-error') {
  const outputs = sizeOf(outputShape(architecture));
  const batch = randomBatch(EXAMPLES, sizeOf(architecture.inputShape), outputs, 0, loss === 'cross-entropy');
  const engine = await engineOf(architecture, { density: 0.6, loss });
  const probe = await engineOf(architecture, { density: 0.6, loss });
  // Biases and shifts start at 0, scales at 1: an untypical point. A few steps away from it.
  for (let step = 0; step < 3; step++) await engine.trainStep(batch, request(step, { learningRate: 0.05 }));
  const before = await engine.save();
  await engine.trainStep(batch, request(5, { signals: asking('gradient') }));
  const after = await engine.save();

  const numeric = async (tensor: string, position: number) => {
    const up = await lossWith(probe, before, tensor, position, 1e-5, batch);
    const down = await lossWith(probe, before, tensor, position, -1e-5, batch);
    return (up - down) / 2e-5;
  };
  let checked = 0;
  for (const tensor of Object.keys(before.parameters)) {
    if (tensor.includes('moving')) continue;
    const from = denseTensor(before, tensor);
    const to = denseTensor(after, tensor);
    const layer = engine.layers.find((candidate) => candidate.name === tensor);
    const isActive = new Set(layer?.active);
    for (let position = 0; position < from.length; position++) {
      const expected = await numeric(tensor, position);
      // Plain descent at learning rate 1 takes the gradient off the value.
      if (layer === undefined || isActive.has(position)) {
        expect(from[position]! - to[position]!, `${tensor} at ${position}`).toBeCloseTo(expected, 6);
      }
      if (layer !== undefined) {
        const signal = layer.signal('gradient', Uint32Array.of(position))[0];
        expect(signal, `signal of ${tensor} at ${position}`).toBeCloseTo(expected, 5);
        if (!isActive.has(position)) expect(to[position]).toBe(0);
      }
      checked++;
    }
  }
  return checked;
}

describe('gradients equal finite differences of the loss, at active and inactive positions', () => {
  it.each(Object.entries(cases))('%s', async (_, architecture) => {
    expect(await checkGradients(architecture, 'mean-squared-error')).toBeGreaterThan(10);
  });

  it('cross-entropy', async () => {
    await checkGradients(between({ kind: 'activation', name, activation: 'tanh' }), 'cross-entropy');
  });
});
