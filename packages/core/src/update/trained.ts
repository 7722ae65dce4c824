import type { BackwardSet, Clock, LayerShape, Positions, StrategyContext } from '../contract.js';
import type { Bound } from '../registry/index.js';
import { badResult, callStrategy, expectTyped } from './call.js';

/**
 * Asks which inactive positions of a layer are trained.
 * @throws EspalierError ESPALIER_STRATEGY_RESULT for positions that are active, do not ascend or do not exist
 */
export function askTrained(
  by: Bound<BackwardSet>,
  shape: LayerShape,
  active: Positions,
  strongest: (limit: number) => Positions,
  context: StrategyContext & Clock,
): Positions | 'all' {
  const where = { layer: shape.name, step: context.step };
  const trained = callStrategy(by, where, () =>
    by.strategy.trained({ ...shape, active, strongest }, context),
  );
  if (trained === 'all') return trained;
  expectTyped(by, where, trained, 'positions');
  let a = 0;
  for (let i = 0; i < trained.length; i++) {
    const position = trained[i]!;
    if (
      !(Number.isInteger(position) && position < shape.size && position > (i === 0 ? -1 : trained[i - 1]!))
    ) {
      throw badResult(by, where, `trains position ${position}; ascending ones below ${shape.size} are due`);
    }
    while (a < active.length && active[a]! < position) a++;
    if (active[a] === position)
      throw badResult(by, where, `lists position ${position}, which is active anyway`);
  }
  return trained;
}
