import type { Clock, EngineLayer, LayerShape, Positions, TopologyChange } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { sum } from '../numbers/index.js';
import type { RandomSource } from '../random/index.js';
import type { Recipe } from '../recipe/index.js';
import { newPositions } from '../selection/index.js';
import { callStrategy } from './call.js';
import { PlanLayer } from './plan-layer.js';
import { planRound } from './round.js';
import { type Report, roundScope, streamsOf } from './round-scope.js';
import { SignalGate } from './signal-gate.js';
import { askTrained } from './trained.js';
import { ViewBudget } from './view.js';

/** One layer of a plan. */
export interface LayerPlan {
  /** Which layer. */
  readonly layer: LayerShape;
  /** How many weights the prune criterion took, those that came back included. */
  readonly removed: number;
  /** Active before, not after. */
  readonly pruned: Positions;
  /** Active after, not before. */
  readonly grown: Positions;
  /** Pruned and regrown in the same update. */
  readonly returned: Positions;
  /** Active positions before the update. */
  readonly nonZerosBefore: number;
  /** Active positions after it. */
  readonly nonZerosAfter: number;
  /** What the engine is to do. */
  readonly change: TopologyChange;
}

/** A whole topology update, decided and not yet committed. */
export interface UpdatePlan {
  /** When it happens. */
  readonly clock: Clock;
  /** Of the first round. */
  readonly dropFraction: number;
  /** Integer total of active weights that it ends with. */
  readonly budget: number;
  /** The sparse layers, in the network's order. */
  readonly layers: readonly LayerPlan[];
}

/** What a plan is made from. */
export interface UpdateRequest {
  /** The method, made. */
  readonly recipe: Recipe;
  /** The sparse layers, as strategies see them. */
  readonly shapes: readonly LayerShape[];
  /** The same layers in the engine, with the signals of this step. */
  readonly layers: readonly EngineLayer[];
  /** The least number of active weights of each of the layers. */
  readonly floors: readonly number[];
  /** What the allocator gave each of the layers at the start. Default what they have. */
  readonly allocated?: readonly number[];
  /** The integer total of active weights that the update must end with. */
  readonly budget: number;
  /** When the update happens. */
  readonly clock: Clock;
  /** The only source of randomness. */
  readonly random: RandomSource;
  /** Hears what strategies report. */
  readonly report: Report;
}

/** Turns a recipe and the present topology into the plan of an update; replaceable as a service. */
export interface UpdatePlanner {
  /**
   * Pure: neither the engine nor a strategy changes.
   * @throws EspalierError where a strategy misbehaves or the budget can't be met
   */
  plan(request: UpdateRequest): UpdatePlan;
}

/** Core's own {@link UpdatePlanner}. */
export const updatePlanner: UpdatePlanner = {
  plan(request) {
    const { recipe, clock, budget, floors, random, report } = request;
    const allocated = request.allocated ?? request.layers.map(({ active }) => active.length);
    const gate = new SignalGate();
    const views = new ViewBudget();
    const layers = request.shapes.map((shape, i) => {
      const draw = (purpose: string) => random.stream(`core/${purpose}`, shape.name, clock.step);
      return new PlanLayer(shape, request.layers[i]!, gate, draw, views);
    });
    const removed = layers.map(() => 0);
    const fractions = recipe.rounds.map((round) => {
      const dropFraction = fractionOf(round.drop, clock);
      const { regrowPruned, order } = recipe.expanded;
      const scope = roundScope({
        layers,
        floors,
        allocated,
        clock,
        budget,
        dropFraction,
        regrowPruned,
        gate,
        random,
        report,
      });
      const taken = planRound(round, scope, {
        order,
        grownValue: recipe.grownValue,
        structure: recipe.structure,
      });
      for (const [i, n] of taken.entries()) removed[i]! += n;
      return dropFraction;
    });
    const total = sum(layers.map(({ nonZeros }) => nonZeros));
    // A structure may leave a layer short of its count; whatever is above the budget is a mistake in any case.
    if (recipe.structure === null ? total !== budget : total > budget)
      throw new Error(`The plan holds ${total} weights for a budget of ${budget}.`);
    return {
      clock,
      dropFraction: fractions[0]!,
      budget,
      layers: layers.map((layer, i) => {
        const plan = netChange(layer, request.shapes[i]!, removed[i]!, recipe);
        return recipe.backward === null ? plan : withTrained(plan, layer, request.layers[i]!, request);
      }),
    };
  },
};

function fractionOf(drop: Recipe['rounds'][number]['drop'], clock: Clock): number {
  const fraction = callStrategy(drop, { step: clock.step }, () => drop.strategy.fraction(clock));
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new EspalierError(
      'ESPALIER_STRATEGY_RESULT',
      `drop "${drop.name}" of ${drop.plugin} gave the fraction ${fraction} at step ${clock.step}; it must lie in [0, 1].`,
    );
  }
  return fraction;
}

function netChange(layer: PlanLayer, shape: LayerShape, removed: number, recipe: Recipe): LayerPlan {
  const { gone: pruned, added: grown, returned } = layer;
  const restarted = recipe.expanded.regrowPruned === 'restart' ? returned : newPositions(shape.size, 0);
  return {
    layer: shape,
    removed,
    pruned,
    grown,
    returned,
    nonZerosBefore: layer.nonZerosBefore,
    nonZerosAfter: layer.nonZeros,
    change: {
      layer: shape.name,
      pruned,
      grown,
      grownValues: layer.freshValues(grown),
      restarted,
      restartedValues: layer.freshValues(restarted),
      slots: recipe.expanded.slots,
    },
  };
}

function withTrained(
  plan: LayerPlan,
  { active }: PlanLayer,
  engine: EngineLayer,
  { recipe, clock, random, report }: UpdateRequest,
): LayerPlan {
  const backward = recipe.backward!;
  const context = { ...clock, report, random: streamsOf(backward, random, clock) };
  const strongest = (limit: number) => engine.strongest('weight', limit, active, 0).positions;
  const trained = askTrained(backward, plan.layer, active, strongest, context);
  return { ...plan, change: { ...plan.change, trained } };
}
