import type {
  BackwardSet,
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
  Slots,
  StepHook,
  Strategy,
  Structure,
  TopologyInitialiser,
  UpdateTrigger,
  WeightInitialiser,
} from '../contract.js';
import type { Bound, Registry } from '../registry/index.js';

/** One entry of a regrow list, made. */
export interface RecipeRegrow {
  /** Where weights regrow. */
  readonly criterion: Bound<RegrowCriterion>;
  /** Its share of all places, in [0, 1]; 0 for the first entry, which gets the rest. */
  readonly share: number;
  /** How the share is spread over the layers. */
  readonly spread: RegrowSpread;
}

/** One round of an update, made. */
export interface RecipeRound {
  /** Which share of the active weights the round moves. */
  readonly drop: Bound<DropSchedule>;
  /** Which weights leave first. */
  readonly prune: Bound<PruneCriterion>;
  /** How many leave where. */
  readonly pruneQuota: Bound<PruneQuota>;
  /** How many each layer regrows. */
  readonly redistribute: Bound<Redistributor>;
  /** Where they regrow, in the order in which the entries place. */
  readonly regrow: readonly RecipeRegrow[];
}

/** A recipe whose strategies are made: ready to plan with. */
export interface Recipe {
  /** The data that it was made from. */
  readonly expanded: ExpandedRecipe;
  /** How many weights each layer starts with. */
  readonly allocate: Bound<DensityAllocator>;
  /** Where they are. */
  readonly topology: Bound<TopologyInitialiser>;
  /** Their values. */
  readonly weights: Bound<WeightInitialiser>;
  /** When topology updates happen. */
  readonly trigger: Bound<UpdateTrigger>;
  /** The density of the whole over time. */
  readonly densitySchedule: Bound<DensitySchedule>;
  /** The value that regrown weights start from. */
  readonly grownValue: Bound<GrownValue>;
  /** What happens to the weights after every optimizer step; null for nothing. */
  readonly hook: Bound<StepHook> | null;
  /** What every layer's topology obeys; null for nothing. */
  readonly structure: Bound<Structure> | null;
  /** Which inactive weights keep a value and are trained too; null for none. */
  readonly backward: Bound<BackwardSet> | null;
  /** One or more, planned in sequence and committed as one. */
  readonly rounds: readonly RecipeRound[];
}

/** Makes every strategy that a recipe names, each once. */
export function createRecipe(registry: Registry, expanded: ExpandedRecipe): Recipe {
  const optional = <S extends 'hook' | 'structure' | 'backward'>(slot: S): Bound<Slots[S]> | null => {
    const choice = expanded[slot];
    return choice === null ? null : registry.create(slot, choice);
  };
  return {
    expanded,
    allocate: registry.create('allocate', expanded.allocate),
    topology: registry.create('topology', expanded.topology),
    weights: registry.create('weights', expanded.weights),
    trigger: registry.create('trigger', expanded.trigger),
    densitySchedule: registry.create('densitySchedule', expanded.densitySchedule),
    grownValue: registry.create('grownValue', expanded.grownValue),
    hook: optional('hook'),
    structure: optional('structure'),
    backward: optional('backward'),
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
  const optional = [recipe.structure, recipe.backward, recipe.hook].filter((bound) => bound !== null);
  return [recipe.trigger, ...rounds, recipe.grownValue, ...optional];
}

/** The signals that updates of a recipe read, and which strategy reads each first. */
export function updateNeeds(recipe: Recipe): ReadonlyMap<Signal, string> {
  const needs = new Map<Signal, string>();
  const add = (signal: Signal, reader: string) => needs.has(signal) || needs.set(signal, reader);
  for (const bound of updateStrategies(recipe)) {
    if (bound === recipe.hook) continue;
    for (const signal of bound.strategy.needs ?? []) add(signal, `${bound.slot} "${bound.name}"`);
  }
  if (recipe.backward !== null) add('weight', `backward "${recipe.backward.name}"`);
  if (recipe.expanded.slots.use === 'seed') add('gradient', 'slots "seed"');
  return needs;
}
