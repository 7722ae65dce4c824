import {
  clockAt,
  type EngineLayer,
  EspalierError,
  RANDOM_SOURCE,
  type Recipe,
  type RunLength,
  type Services,
  SignalSchedule,
  type StartPlan,
  type TopologyUpdateEvent,
  TopologyUpdater,
  UPDATE_PLANNER,
  updateEvent,
  type WarningEvent,
} from '@espalier/core';
import type { AttachedModel, NamedGradients } from '@espalier/engine-tfjs';

/** What a step came to. */
export interface SparseStep {
  /** The topology update that ended the step, where one was due. */
  readonly topologyUpdate?: TopologyUpdateEvent;
  /** What the user should know about it. */
  readonly warnings: readonly WarningEvent[];
}

/** What {@link SparseModel} is made of. */
export interface SparseModelParts {
  readonly attached: AttachedModel;
  /** Puts a function in the place of the optimizer's `applyGradients`; returns what puts it back. */
  readonly wrap: (step: (gradients: NamedGradients) => void) => () => void;
  readonly recipe: Recipe;
  readonly start: StartPlan;
  readonly length: RunLength;
  readonly services: Services;
}

/** A model of one's own that is trained sparse, made by `sparsify`. */
export class SparseModel {
  /** Integer total of active weights of the sparse layers. */
  readonly budget: number;
  readonly #parts: SparseModelParts;
  readonly #schedule: SignalSchedule;
  readonly #updater: TopologyUpdater;
  readonly #restores: (() => void)[] = [];
  #step = 0;
  #updates = 0;

  constructor(parts: SparseModelParts) {
    this.#parts = parts;
    const { attached, recipe, start, services } = parts;
    this.budget = start.budget;
    this.#schedule = new SignalSchedule(recipe, start.sparse.length > 0);
    const byName = new Map(attached.layers.map((layer) => [layer.name, layer]));
    this.#updater = new TopologyUpdater({
      recipe,
      start,
      layers: start.sparse.map(({ name }) => byName.get(name)!),
      random: services.get(RANDOM_SOURCE),
      planner: services.get(UPDATE_PLANNER),
      apply: (changes) => attached.applyTopology(changes),
    });
  }

  /** The maskable layers with their present topology. */
  get layers(): readonly EngineLayer[] {
    return this.#parts.attached.layers;
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#step;
  }

  /** Topology updates committed so far. */
  get topologyUpdates(): number {
    return this.#updates;
  }

  /**
   * Takes one step in place of `optimizer.applyGradients`: the optimizer applies the gradients where weights are
   * active, and the topology is updated where that is due.
   *
   * @param gradients - as `tf.variableGrads(...).grads` gives them, dense; they stay yours to dispose
   * @throws EspalierError ESPALIER_INVALID_CONFIG after the last of the `totalSteps`
   */
  step(gradients: NamedGradients): SparseStep {
    const { attached, recipe, length } = this.#parts;
    if (this.#step >= length.totalSteps) {
      throw new EspalierError(
        'ESPALIER_INVALID_CONFIG',
        `sparsify was told of ${length.totalSteps} steps (totalSteps), and this would be one more.`,
      );
    }
    const clock = clockAt(length, this.#step, this.#updates);
    const { due, signals, accumulate } = this.#schedule.at(clock);
    const updateWeights = !(due && recipe.expanded.skipOptimizerStep);
    attached.applyGradients(gradients, { signals, updateWeights, accumulate });
    this.#step++;
    if (!due) return { warnings: [] };
    const { plan, warnings } = this.#updater.update(clock);
    this.#updates++;
    return { topologyUpdate: updateEvent(plan, false), warnings };
  }

  /**
   * Sends what the optimizer is given through {@link SparseModel.step}: `optimizer.applyGradients`,
   * `optimizer.minimize`, and with it `model.fit`.
   *
   * @param onStep - hears of every step
   * @returns puts the optimizer back as it was
   */
  wrap(onStep: (step: SparseStep) => void = () => {}): () => void {
    const restore = this.#parts.wrap((gradients) => onStep(this.step(gradients)));
    this.#restores.push(restore);
    return restore;
  }

  /** Puts the optimizer back and frees the masks; the model and its weights stay as they are. */
  dispose(): void {
    for (const restore of this.#restores.splice(0)) restore();
    this.#parts.attached.dispose();
  }
}
