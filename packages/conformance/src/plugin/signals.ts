import { type Batch, createRandomSource, type DenseNetwork, type StartLayer } from '@espalier/core';
import type { SignalSource } from '../support/array-layer.js';
import type { Situation } from './situations.js';

/** The signals of a step: independent numbers for each layer, signal and step. */
export function signalsAt(step: number, kind: Situation['signals'] = 'normal'): SignalSource {
  const random = createRandomSource(11);
  const held = new Map<string, Float32Array>();
  return (layer, signal, size) => {
    const key = `${signal} ${layer}`;
    const stream = random.stream(`conformance/${signal}`, layer, step);
    const draw = () => (kind === 'tied' ? stream.below(3) - 1 : stream.normal());
    const values = held.get(key) ?? Float32Array.from({ length: size }, () => (kind === 'zero' ? 0 : draw()));
    held.set(key, values);
    return values;
  };
}

/** Stands for the dense network that scores at the start ask about: gradients that grow with the weights. */
export function denseArrays(situation: Situation): DenseNetwork {
  return {
    async gradients(layers, { of, batches, firstBatch }) {
      const signals = signalsAt(firstBatch, situation.signals);
      return layers.map(({ name, weights }: StartLayer) => {
        const slopes = signals(name, `${of}/${batches}`, weights!.length);
        return weights!.map((weight, i) => slopes[i]! * (0.1 + Math.abs(weight)));
      });
    },
    batch(index): Batch {
      const size = 6;
      const inputs = signalsAt(index, situation.signals)('input', 'batch', size * 12);
      return { size, inputs, labels: Uint8Array.from({ length: size }, (_, i) => i % 3) };
    },
  };
}
