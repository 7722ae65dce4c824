import {
  type Choice,
  type Clock,
  createRandomSource,
  createRecipe,
  describeLayer,
  type EngineLayer,
  expandRecipe,
  type Json,
  type LayerDescription,
  type Plugin,
  type RandomSource,
  type Recipe,
  type RecipeSpec,
  Registry,
  RUN_FACTS,
  type SparsityOptions,
  type StartPlan,
  startPlanner,
  type UpdatePlan,
  updatePlanner,
} from '@espalier/core';

/** A method with overrides, and the plugins that its names come from. */
export interface Composition {
  readonly plugins: readonly Plugin[];
  readonly method: Choice;
  readonly overrides?: RecipeSpec;
  /** Of the run that strategies are told of. Default 0.1. */
  readonly density?: number;
}

/** The recipe of a composition, made by a registry of its own. */
export function recipeOf({ plugins, method, overrides, density = 0.1 }: Composition): Recipe {
  const registry = new Registry();
  registry.provide(RUN_FACTS, () => ({ seed: 1, totalSteps: 1000, stepsPerEpoch: 100, density }));
  for (const plugin of plugins) registry.add(plugin);
  return createRecipe(registry, expandRecipe(registry, method, overrides));
}

/** The clock of a step in a run of one epoch per `stepsPerEpoch`. */
export function clockAt(step: number, parts: Partial<Clock> = {}): Clock {
  const stepsPerEpoch = parts.stepsPerEpoch ?? 100;
  return {
    step,
    totalSteps: 1000,
    epoch: Math.floor(step / stepsPerEpoch),
    stepInEpoch: step % stepsPerEpoch,
    stepsPerEpoch,
    updateIndex: 0,
    ...parts,
  };
}

/** How {@link planUpdate} plans. */
export interface PlanOptions {
  /** Default 1 each. */
  readonly floors?: readonly number[];
  /** Default the active weights. */
  readonly budget?: number;
  /** Default the active weights of each layer. */
  readonly allocated?: readonly number[];
  /** Default step 0 of 1000, where falling schedules have their first value. */
  readonly clock?: Clock;
  readonly random?: RandomSource;
}

/** A warning that planning gave. */
export interface Reported {
  readonly kind: string;
  readonly facts: Readonly<Record<string, Json>>;
}

/** Plans an update by core's planner. */
export function planUpdate(
  recipe: Recipe,
  layers: readonly EngineLayer[],
  options: PlanOptions = {},
): { readonly plan: UpdatePlan; readonly reported: readonly Reported[] } {
  const reported: Reported[] = [];
  const plan = updatePlanner.plan({
    recipe,
    shapes: layers.map(describeLayer),
    layers,
    floors: options.floors ?? layers.map(() => 1),
    ...(options.allocated && { allocated: options.allocated }),
    budget: options.budget ?? layers.reduce((total, { active }) => total + active.length, 0),
    clock: options.clock ?? clockAt(0),
    random: options.random ?? createRandomSource(1),
    report: (kind, facts) => reported.push({ kind, facts }),
  });
  return { plan, reported };
}

/** Plans a start by core's planner. */
export function planStart(
  recipe: Recipe,
  descriptions: readonly LayerDescription[],
  sparsity: SparsityOptions,
  random: RandomSource = createRandomSource(1),
): Promise<StartPlan> {
  return startPlanner.plan(descriptions, recipe, sparsity, random);
}
