import {
  type Choice,
  clockAt,
  createRandomSource,
  createRecipe,
  EspalierError,
  expandRecipe,
  type LayerDescription,
  type RandomSource,
  type Recipe,
  type Registry,
  type Slot,
  type StartPlan,
  startPlanner,
  sum,
  TopologyUpdater,
  type UpdatePlan,
  updatePlanner,
  updateStrategies,
} from '@espalier/core';
import { ArrayLayer, type SignalSource } from '../support/array-layer.js';
import { fail } from '../support/fail.js';
import { provideServices } from '../support/services.js';
import { guardRecipe, stateOf } from './guard.js';
import { denseArrays, signalsAt } from './signals.js';
import type { Situation } from './situations.js';
import { callHook } from './step-hook.js';

/** A strategy in a situation. */
export interface Trial {
  /** Knows the strategy. */
  readonly registry: Registry;
  /** The strategy's. */
  readonly slot: Slot;
  /** The strategy with its options. */
  readonly choice: Choice;
  /** What it is tried on. */
  readonly layers: readonly LayerDescription[];
  /** What it is tried in. */
  readonly situation: Situation;
}

const LENGTH = { totalSteps: 40, stepsPerEpoch: 10 };
const STEPS_BETWEEN = 10;
const SEED = 5;

/** A start and updates on arrays, the strategy's calls watched. */
export class TrialRun {
  readonly #trial: Trial;
  readonly #recipe: Recipe;
  readonly #start: StartPlan;
  readonly #layers: readonly ArrayLayer[];
  readonly #random: RandomSource = createRandomSource(SEED);
  #signals: SignalSource = signalsAt(0);
  #updates: number;

  private constructor(trial: Trial, recipe: Recipe, start: StartPlan, from?: TrialRun) {
    this.#trial = trial;
    this.#recipe = recipe;
    this.#start = start;
    this.#updates = from === undefined ? 0 : from.#updates;
    const source: SignalSource = (...key) => this.#signals(...key);
    this.#layers = trial.layers.map((description, i) => {
      const begun = from === undefined ? start.layers[i]! : from.#layers[i]!.saved();
      return new ArrayLayer(description, begun, source);
    });
  }

  /**
   * Plans the start.
   * @throws EspalierError where the strategy breaks its contract
   */
  static async begin(trial: Trial): Promise<TrialRun> {
    const recipe = makeRecipe(trial);
    const { situation } = trial;
    const sparsity = { density: situation.density };
    const start = await startPlanner.plan(trial.layers, recipe, sparsity, createRandomSource(SEED), {
      length: LENGTH,
      dense: denseArrays(situation),
    });
    return new TrialRun(trial, recipe, start);
  }

  /** What was planned first, as plain data. */
  get start(): unknown {
    return this.#start.layers;
  }

  /**
   * Steps up to an update, and the update.
   * @returns the plan as plain data
   * @throws EspalierError where the strategy breaks its contract
   */
  next(): unknown {
    const step = (this.#updates + 1) * STEPS_BETWEEN;
    const clock = clockAt(LENGTH, step, this.#updates);
    this.#signals = signalsAt(step, this.#trial.situation.signals);
    const shapes = this.#start.sparse;
    const parts = { shapes, layers: this.#layers, random: this.#random, clock, learningRate: 0.1 };
    if (this.#recipe.hook !== null) callHook(this.#recipe.hook, parts);
    const updater = new TopologyUpdater({
      recipe: this.#recipe,
      start: this.#start,
      layers: this.#layers,
      random: this.#random,
      planner: updatePlanner,
      apply: (changes) => {
        for (const [i, change] of changes.entries()) this.#layers[i]!.apply(change);
      },
    });
    const { plan, warnings } = updater.update(clock);
    this.#updates++;
    this.#check(plan);
    return { plan: plainPlan(plan), warnings, weights: this.#layers.map((layer) => layer.weights()) };
  }

  /** Another run that stands where this one does, its strategies made anew and given a copy of the state. */
  continued(): TrialRun {
    const recipe = makeRecipe(this.#trial);
    const from = updateStrategies(this.#recipe);
    for (const [i, { strategy }] of updateStrategies(recipe).entries()) {
      const state = stateOf(from[i]!.strategy);
      if (state !== undefined) strategy.state = structuredClone(state);
    }
    return new TrialRun(this.#trial, recipe, this.#start, this);
  }

  /** The states of the strategies under test. */
  get states(): readonly unknown[] {
    const own = updateStrategies(this.#recipe).filter(({ slot }) => slot === this.#trial.slot);
    return own.map(({ strategy }) => stateOf(strategy)).filter((state) => state !== undefined);
  }

  #check(plan: UpdatePlan): void {
    for (const layer of this.#layers) {
      layer.checkLent();
      const odd = layer.weights().find((weight) => !Number.isFinite(weight));
      if (odd !== undefined) fail(`Layer "${layer.name}" has a weight of ${odd} after the update.`);
    }
    const active = sum(this.#layers.map((layer) => layer.active.length));
    const exact = this.#recipe.structure === null;
    if (exact ? active !== plan.budget : active > plan.budget) {
      fail(`After the update ${active} weights are active; the budget is ${plan.budget}.`);
    }
  }
}

/** What a strategy may say of a density that it can't serve. */
const REFUSALS: readonly string[] = ['ESPALIER_INFEASIBLE_BUDGET', 'ESPALIER_INVALID_DENSITY'];

/** Whether the contract lets a strategy of the slot refuse the situation. */
export function mayRefuse(error: unknown, slot: Slot, situation: Situation): boolean {
  if (!(error instanceof EspalierError) || !REFUSALS.includes(error.code)) return false;
  const shrinking = slot === 'pruneQuota' && situation.shrinks === true;
  return ['allocate', 'densitySchedule', 'structure'].includes(slot) || shrinking;
}

function makeRecipe({ registry, slot, choice, situation }: Trial): Recipe {
  provideServices(registry, { seed: SEED, density: situation.density, ...LENGTH });
  const expanded = expandRecipe(registry, 'conformance', { ...situation.recipe, [slot]: choice });
  return guardRecipe(createRecipe(registry, expanded), slot);
}

function plainPlan({ dropFraction, budget, layers }: UpdatePlan): unknown {
  return {
    dropFraction,
    budget,
    layers: layers.map(({ layer, ...plan }) => ({ layer: layer.name, ...plan })),
  };
}
