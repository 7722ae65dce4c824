import type {
  Clock,
  EngineLayer,
  MutableLayerView,
  StepContext,
  Strategy,
  WarningEvent,
} from '../contract.js';
import type { Bound } from '../registry/index.js';
import { badResult, callStrategy } from '../update/call.js';
import { reporter } from '../update/reporter.js';
import { streamsOf } from '../update/round-scope.js';
import { SignalGate } from '../update/signal-gate.js';
import type { TrainerParts } from './parts.js';

/**
 * Lets the recipe's step hook change the active weights of every sparse layer, where the recipe has one.
 *
 * @param layers - the sparse layers in the engine, in the order of the start plan's
 * @returns what the hook reported
 * @throws EspalierError where the hook throws, reads a signal it doesn't declare, or leaves a weight not finite
 */
export function runStepHook(
  { recipe, start, random }: TrainerParts,
  layers: readonly EngineLayer[],
  clock: Clock,
  learningRate: number,
): readonly WarningEvent[] {
  const { hook } = recipe;
  if (hook === null) return [];
  const warnings: WarningEvent[] = [];
  const context: StepContext = {
    ...clock,
    learningRate,
    random: streamsOf(hook, random, clock),
    report: reporter(warnings, clock),
  };
  const gate = new SignalGate();
  for (const [i, shape] of start.sparse.entries()) {
    const layer = layers[i]!;
    const where = { layer: shape.name, step: clock.step };
    const weights = layer.weights();
    const view: MutableLayerView = {
      ...shape,
      active: layer.active,
      weights,
      signal: (name, positions) => {
        gate.check(name);
        return layer.signal(name, positions);
      },
    };
    gate.during(hook as Bound<Strategy>, () =>
      callStrategy(hook, where, () => hook.strategy.afterStep(view, context)),
    );
    const odd = weights.findIndex((weight) => !Number.isFinite(weight));
    if (odd >= 0) {
      throw badResult(hook, where, `left the weight at position ${layer.active[odd]} ${weights[odd]}`);
    }
    layer.setWeights(weights);
  }
  return warnings;
}
