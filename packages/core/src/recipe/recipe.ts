import type {
  DensityAllocator,
  DensitySchedule,
  DropSchedule,
  ExpandedRecipe,
  GrownValue,
  PruneCriterion,
  PruneQuota,
  Redistributor,
  RegrowCriterion,
  RegrowSpread,
  Signal,
  StepHook,
  Strategy,
  TopologyInitialiser,
  UpdateTrigger,
  WeightInitialiser,
} from '../contract.js';
import type { Bound, Registry } from '../registry/index.js';

/** One entry of a regrow list, made. */
export interface RecipeRegrow {
  readonly criterion: Bound<RegrowCriterion>;
  readonly share: number;
  readonly spread: RegrowSpread;
}

/** One round of an update, made. */
export interface RecipeRound {
  readonly drop: Bound<DropSchedule>;
  readonly prune: Bound<PruneCriterion>;
  readonly pruneQuota: Bound<PruneQuota>;
  readonly redistribute: Bound<Redistributor>;
  readonly regrow: readonly RecipeRegrow[];
}

/** A recipe whose strategies are made: ready to plan with. */
export interface Recipe {
  readonly expanded: ExpandedRecipe;
  readonly allocate: Bound<DensityAllocator>;
  readonly topology: Bound<TopologyInitialiser>;
  readonly weights: Bound<WeightInitialiser>;
  readonly trigger: Bound<UpdateTrigger>;
  readonly densitySchedule: Bound<DensitySchedule>;
  readonly grownValue: Bound<GrownValue>;
  readonly hook: Bound<StepHook> | null;
  readonly rounds: readonly RecipeRound[];
}

/** Makes every strategy that a recipe names, each once. */
export function createRecipe(registry: Registry, expanded: ExpandedRecipe): Recipe {
  return {
    expanded,
    allocate: registry.create('allocate', expanded.allocate),
    topology: registry.create('topology', expanded.topology),
    weights: registry.create('weights', expanded.weights),
    trigger: registry.create('trigger', expanded.trigger),
    densitySchedule: registry.create('densitySchedule', expanded.densitySchedule),
    grownValue: registry.create('grownValue', expanded.grownValue),
    hook: expanded.hook === null ? null : registry.create('hook', expanded.hook),
    rounds: expanded.rounds.map((round) => ({
      drop: registry.create('drop', round.drop),
      prune: registry.create('prune', round.prune),
      pruneQuota: registry.create('pruneQuota', round.pruneQuota),
      redistribute: registry.create('redistribute', round.redistribute),
      regrow: round.regrow.map(({ choice, share, spread }) => ({
        criterion: registry.create('regrow', choice),
        share,
        spread,
      })),
    })),
  };
}

/** Every strategy that takes part in updates, in the order in which `committed` is called. */
export function updateStrategies(recipe: Recipe): readonly Bound<Strategy>[] {
  const rounds = recipe.rounds.flatMap((round) => [
    round.drop,
    round.prune,
    round.pruneQuota,
    round.redistribute,
    ...round.regrow.map(({ criterion }) => criterion),
  ]);
  const hook = recipe.hook === null ? [] : [recipe.hook];
  return [recipe.trigger, ...rounds, recipe.grownValue, ...hook];
}

/** The signals that updates of a recipe read, and which strategy reads each first. */
export function updateNeeds(recipe: Recipe): ReadonlyMap<Signal, string> {
  const needs = new Map<Signal, string>();
  const add = (signal: Signal, reader: string) => needs.has(signal) || needs.set(signal, reader);
  for (const bound of updateStrategies(recipe)) {
    if (bound === recipe.hook) continue;
    for (const signal of bound.strategy.needs ?? []) add(signal, `${bound.slot} "${bound.name}"`);
  }
  if (recipe.expanded.slots.use === 'seed') add('gradient', 'slots "seed"');
  return needs;
}
