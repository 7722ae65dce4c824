import type {
  Bound,
  Clock,
  EngineLayer,
  LayerShape,
  RandomSource,
  Signal,
  StepContext,
  StepHook,
} from '@espalier/core';
import { fail } from '../support/fail.js';

/** What a hook is called with. */
export interface HookCall {
  /** The sparse layers, as strategies see them. */
  readonly shapes: readonly LayerShape[];
  /** The same layers in the engine. */
  readonly layers: readonly EngineLayer[];
  /** The only source of randomness. */
  readonly random: RandomSource;
  /** The step that was taken. */
  readonly clock: Clock;
  /** Of that step. */
  readonly learningRate: number;
}

/**
 * Calls a step hook for every layer, as training does after each optimizer step.
 * @throws Error where it reads a signal that it does not declare, or leaves a weight not finite
 */
export function callHook(
  { name, strategy }: Bound<StepHook>,
  { shapes, layers, random, clock, learningRate }: HookCall,
): void {
  const context: StepContext = {
    ...clock,
    learningRate,
    random: (purpose, layer) => random.stream(`hook/${name}/${purpose}`, layer?.name ?? '', clock.step),
    report: () => {},
  };
  for (const [i, shape] of shapes.entries()) {
    const layer = layers[i]!;
    const weights = layer.weights();
    const signal = (wanted: Signal, positions: EngineLayer['active']) => {
      if (strategy.needs?.includes(wanted) !== true) {
        fail(`hook "${name}" reads the signal "${wanted}", which is not among its needs.`);
      }
      return layer.signal(wanted, positions);
    };
    strategy.afterStep({ ...shape, active: layer.active, weights, signal }, context);
    const odd = weights.findIndex((weight) => !Number.isFinite(weight));
    if (odd >= 0) fail(`hook "${name}" left a weight of layer "${shape.name}" at ${weights[odd]}.`);
    layer.setWeights(weights);
  }
}
