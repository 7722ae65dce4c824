import type {
  Clock,
  EngineLayer,
  EvaluationEvent,
  Json,
  MutableLayerView,
  Strategy,
  StrategyContext,
  TrainEvent,
  UpdateContext,
} from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { updateStrategies } from '../recipe/index.js';
import type { Bound } from '../registry/index.js';
import { budgetAt } from '../update/budget.js';
import { callStrategy } from '../update/call.js';
import { streamsOf } from '../update/round-scope.js';
import type { Breath } from './breath.js';
import { committedUpdate, updateEvent } from './facts.js';
import { HealthWatch } from './health.js';
import type { Hooks } from './hooks.js';
import { learningRateAt } from './learning-rate.js';
import type { TrainerParts } from './parts.js';
import { SignalSchedule, type StepNeeds } from './signals.js';

/** One turn of the loop: a step and what is due after it. */
export interface Turn {
  readonly clock: Clock;
  readonly needs: StepNeeds;
}

/** What a stage says; nothing, where it has nothing to do. */
export type StageEvents = readonly TrainEvent[] | Promise<readonly TrainEvent[]>;

/** The stages of a turn and the state that they carry from turn to turn. */
export class Stages {
  readonly schedule: SignalSchedule;
  readonly health: HealthWatch;
  /** The sparse layers in the engine, in the order of the start plan's. */
  readonly layers: readonly EngineLayer[];
  updates = 0;
  readonly #parts: TrainerParts;
  readonly #hooks: Hooks;
  readonly #breath: Breath;
  #epochLoss = 0;
  #epochSteps = 0;

  constructor(parts: TrainerParts, hooks: Hooks, breath: Breath) {
    this.#parts = parts;
    this.#hooks = hooks;
    this.#breath = breath;
    this.schedule = new SignalSchedule(parts.recipe);
    this.health = new HealthWatch(parts.start.floors);
    const byName = new Map(parts.engine.layers.map((layer) => [layer.name, layer]));
    this.layers = parts.start.sparse.map(({ name }) => byName.get(name)!);
  }

  /** One batch through the engine. */
  step({ clock, needs }: Turn): StageEvents {
    const { engine, recipe, dataset, random, batchSize, optimizer } = this.#parts;
    this.#hooks.fire('step:before', clock);
    const batch = dataset.trainBatch({
      seed: random.seed,
      epoch: clock.epoch,
      index: clock.stepInEpoch,
      batchSize,
    });
    const learningRate = learningRateAt(optimizer, clock);
    const result = engine.trainStep(batch, {
      clock,
      learningRate,
      signals: needs.signals,
      updateWeights: !(needs.due && recipe.expanded.skipOptimizerStep),
      accumulate: needs.accumulate,
    });
    const finish = ({ loss }: { readonly loss: number }): readonly TrainEvent[] => {
      checkLoss(loss, clock);
      this.#epochLoss += loss;
      this.#epochSteps++;
      if (recipe.hook !== null) this.#runStepHook(clock);
      this.#hooks.fire('step:after', clock, { loss });
      return [{ type: 'step', step: clock.step, epoch: clock.epoch, loss, learningRate }];
    };
    return result instanceof Promise ? result.then(finish) : finish(result);
  }

  /** A topology update, where one is due. */
  update({ clock, needs }: Turn): StageEvents {
    if (!needs.due || this.layers.length === 0) return [];
    const { engine, recipe, start, random, planner, positions } = this.#parts;
    this.#hooks.fire('update:before', clock);
    const events: TrainEvent[] = [];
    const report = (kind: string, facts: Readonly<Record<string, Json>>) => {
      const message = typeof facts.message === 'string' ? facts.message : kind;
      events.push({ type: 'warning', step: clock.step, kind, message, facts });
    };
    const plan = planner.plan({
      recipe,
      shapes: start.sparse,
      layers: this.layers,
      floors: start.floors,
      budget: budgetAt(recipe, start, clock),
      clock,
      random,
      report,
    });
    engine.applyTopology(plan.layers.map(({ change }) => change));
    this.updates++;
    const committed = committedUpdate(plan);
    for (const bound of updateStrategies(recipe)) {
      if (bound.strategy.committed === undefined) continue;
      const context: StrategyContext = { random: streamsOf(bound, random, clock), report };
      callStrategy(bound, { step: clock.step }, () => bound.strategy.committed!(committed, context));
    }
    this.#hooks.fire('update:after', plan);
    events.unshift(updateEvent(plan, positions ?? false));
    events.push(
      ...this.health.afterUpdate(
        plan,
        this.layers.map(({ active }) => active),
      ),
    );
    return events;
  }

  /** At the end of an epoch: its mean loss. */
  epoch({ clock }: Turn): StageEvents {
    if (!endsEpoch(clock)) return [];
    const loss = this.#epochLoss / this.#epochSteps;
    this.#epochLoss = 0;
    this.#epochSteps = 0;
    return [{ type: 'epoch', step: clock.step, epoch: clock.epoch, loss }];
  }

  /** Evaluations, where they are due. */
  evaluation({ clock }: Turn): StageEvents {
    const { every, splits } = this.#parts.evaluation;
    const last = clock.step + 1 === clock.totalSteps;
    const due = every > 0 && endsEpoch(clock) && ((clock.epoch + 1) % every === 0 || last);
    return due ? this.evaluate(splits, clock) : [];
  }

  /** Evaluates the present network on some splits. */
  async evaluate(
    splits: readonly string[],
    clock: Pick<Clock, 'step' | 'epoch'>,
  ): Promise<readonly EvaluationEvent[]> {
    const { engine, dataset, evaluation } = this.#parts;
    const events: EvaluationEvent[] = [];
    for (const split of splits) {
      const size = evaluation.batchSize ?? 250;
      const batches = Math.ceil(dataset.splits[split]! / size);
      let examples = 0;
      let loss = 0;
      let correct: number | undefined;
      for (let i = 0; i < batches; i++) {
        const sums = await engine.evaluate(dataset.evaluationBatch(split, i, size));
        examples += sums.examples;
        loss += sums.loss;
        if (sums.correct !== undefined) correct = (correct ?? 0) + sums.correct;
        if (this.#breath.due) await this.#breath.take();
      }
      const accuracy = correct === undefined ? {} : { accuracy: correct / examples };
      events.push({
        type: 'evaluation',
        step: clock.step,
        epoch: clock.epoch,
        split,
        loss: loss / examples,
        ...accuracy,
        examples,
      });
    }
    return events;
  }

  #runStepHook(clock: Clock): void {
    const { recipe, start, random } = this.#parts;
    const hook = recipe.hook!;
    const context: StrategyContext & Clock = {
      ...clock,
      random: streamsOf(hook as Bound<Strategy>, random, clock),
      report: () => {},
    } satisfies Omit<UpdateContext, 'dropFraction' | 'budget'>;
    for (const [i, shape] of start.sparse.entries()) {
      const layer = this.layers[i]!;
      const weights = layer.weights();
      const view: MutableLayerView = {
        ...shape,
        active: layer.active,
        weights,
        signal: (name, positions) => layer.signal(name, positions),
      };
      callStrategy(hook, { layer: shape.name, step: clock.step }, () =>
        hook.strategy.afterStep(view, context),
      );
      layer.setWeights(weights);
    }
  }
}

function endsEpoch(clock: Clock): boolean {
  return clock.stepInEpoch === clock.stepsPerEpoch - 1;
}

function checkLoss(loss: number, clock: Clock): void {
  if (Number.isFinite(loss)) return;
  throw new EspalierError(
    'ESPALIER_NOT_FINITE',
    `The loss became ${loss} at step ${clock.step} (epoch ${clock.epoch}). Lower the learning rate, warm it up, or look at the data.`,
  );
}
