import type {
  Clock,
  CommittedUpdate,
  EngineLayer,
  StrategyContext,
  TopologyChange,
  WarningEvent,
} from '../contract.js';
import type { RandomSource } from '../random/index.js';
import { type Recipe, updateStrategies } from '../recipe/index.js';
import type { StartState } from '../start/index.js';
import { budgetAt } from './budget.js';
import { callStrategy } from './call.js';
import type { UpdatePlan, UpdatePlanner } from './planner.js';
import { reporter } from './reporter.js';
import { streamsOf } from './round-scope.js';

/** What {@link TopologyUpdater} works on. */
export interface UpdaterParts {
  /** The method, made. */
  readonly recipe: Recipe;
  /** Where the first weights were; budget and floors stand in it. */
  readonly start: StartState;
  /** The sparse layers in the engine, in the order of the start plan's. */
  readonly layers: readonly EngineLayer[];
  /** The only source of randomness. */
  readonly random: RandomSource;
  /** Plans the updates. */
  readonly planner: UpdatePlanner;
  /** Commits the net changes: an engine's `applyTopology`. */
  readonly apply: (changes: readonly TopologyChange[]) => void;
}

/** Plans topology updates and commits them: masks, weights and slots first, then the strategies' state. */
export class TopologyUpdater {
  readonly #parts: UpdaterParts;

  constructor(parts: UpdaterParts) {
    this.#parts = parts;
  }

  /**
   * One update, with the signals of the step that the clock shows.
   * @returns the committed plan, and what strategies had to say
   * @throws EspalierError where a strategy misbehaves; nothing is committed then
   */
  update(clock: Clock): {
    /** What was committed. */
    readonly plan: UpdatePlan;
    /** What strategies reported on the way. */
    readonly warnings: readonly WarningEvent[];
  } {
    const { recipe, start, layers, random, planner, apply } = this.#parts;
    const warnings: WarningEvent[] = [];
    const report = reporter(warnings, clock);
    const budget = budgetAt(recipe, start, clock);
    const plan = planner.plan({
      recipe,
      shapes: start.sparse,
      layers,
      floors: start.floors,
      allocated: start.allocated,
      budget,
      clock,
      random,
      report,
    });
    apply(plan.layers.map(({ change }) => change));
    const committed: CommittedUpdate = {
      clock,
      dropFraction: plan.dropFraction,
      budget: plan.budget,
      layers: plan.layers.map((layer, i) => ({
        ...layer,
        // Made on demand: few strategies look, and a list of all positions is long.
        get active() {
          return layers[i]!.active;
        },
      })),
    };
    for (const bound of updateStrategies(recipe)) {
      if (bound.strategy.committed === undefined) continue;
      const context: StrategyContext = { random: streamsOf(bound, random, clock), report };
      callStrategy(bound, { step: clock.step }, () => bound.strategy.committed!(committed, context));
    }
    return { plan, warnings };
  }
}
