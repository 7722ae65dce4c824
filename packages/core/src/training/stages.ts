import type { Clock, EngineLayer, EvaluationEvent, Signal, TopologyChange, TrainEvent } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { describeLayer } from '../layers/describe.js';
import { TopologyUpdater } from '../update/updater.js';
import { BestWatch } from './best.js';
import type { Breath } from './breath.js';
import { updateEvent } from './facts.js';
import { HealthWatch } from './health.js';
import type { Hooks } from './hooks.js';
import { learningRateAt } from './learning-rate.js';
import type { TrainerParts } from './parts.js';
import { ProbeBoard } from './probes.js';
import { SignalSchedule, type StepNeeds } from './signals.js';
import { runStepHook } from './step-hook.js';

/** One turn of the loop: a step and what is due after it. */
export interface Turn {
  readonly clock: Clock;
  readonly needs: StepNeeds;
  readonly probes: ReturnType<ProbeBoard['due']>;
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
  /** Watches for the best weights, where they are asked for. */
  readonly best: BestWatch | undefined;
  readonly #parts: TrainerParts;
  readonly #updater: TopologyUpdater;
  readonly #hooks: Hooks;
  readonly #breath: Breath;
  readonly #probes: ProbeBoard;
  #epochLoss = 0;
  #epochSteps = 0;

  constructor(parts: TrainerParts, hooks: Hooks, breath: Breath) {
    this.#parts = parts;
    this.#hooks = hooks;
    this.#breath = breath;
    this.schedule = new SignalSchedule(parts.recipe, parts.start.sparse.length > 0);
    this.health = new HealthWatch(parts.start.floors);
    const byName = new Map(parts.engine.layers.map((layer) => [layer.name, layer]));
    this.layers = parts.start.sparse.map(({ name }) => byName.get(name)!);
    const { recipe, start, random, planner, engine } = parts;
    const apply = (changes: readonly TopologyChange[]) => engine.applyTopology(changes);
    const { best } = parts.evaluation;
    this.best = best && new BestWatch(best, () => engine.save());
    const sparse = new Set(parts.start.sparse.map(({ name }) => name));
    this.#probes = new ProbeBoard(
      parts.observers ?? [],
      engine.layers.map((layer, i) => ({
        layer,
        shape: describeLayer(layer, i),
        dense: !sparse.has(layer.name),
      })),
    );
    this.#updater = new TopologyUpdater({ recipe, start, layers: this.layers, random, planner, apply });
  }

  /** What the step that the clock shows must do; to be asked once per step, in order. */
  turn(clock: Clock): Turn {
    const needs = this.schedule.at(clock);
    const probes = this.#probes.due(clock, needs.due);
    return { clock, needs, probes };
  }

  /** What probes see before the first step. */
  begin(clock: Clock): readonly TrainEvent[] {
    return this.#probes.begin(clock);
  }

  /** One batch through the engine. */
  step({ clock, needs, probes }: Turn): StageEvents {
    const { engine, recipe, dataset, random, batchSize, optimizer } = this.#parts;
    this.#hooks.fire('step:before', clock);
    const batch = dataset.trainBatch({
      seed: random.seed,
      epoch: clock.epoch,
      index: clock.stepInEpoch,
      batchSize,
    });
    const learningRate = learningRateAt(optimizer, clock);
    const updateWeights = !(needs.due && recipe.expanded.skipOptimizerStep);
    const result = engine.trainStep(batch, {
      clock,
      learningRate,
      signals: withNeedsOf(probes, needs.signals),
      updateWeights,
      accumulate: needs.accumulate,
    });
    const finish = ({ loss }: { readonly loss: number }): readonly TrainEvent[] => {
      checkLoss(loss, 'The loss', clock);
      this.#epochLoss += loss;
      this.#epochSteps++;
      const reports = updateWeights ? runStepHook(this.#parts, this.layers, clock, learningRate) : [];
      this.#hooks.fire('step:after', clock, { loss });
      const seen = this.#probes.look(probes, clock, true);
      return [
        { type: 'step', step: clock.step, epoch: clock.epoch, loss, learningRate },
        ...reports,
        ...seen,
      ];
    };
    return result instanceof Promise ? result.then(finish) : finish(result);
  }

  /** A topology update, where one is due. */
  update({ clock, needs }: Turn): StageEvents {
    if (!needs.due) return [];
    this.#hooks.fire('update:before', clock);
    const { plan, warnings } = this.#updater.update(clock);
    this.updates++;
    this.#hooks.fire('update:after', plan);
    const health = this.health.afterUpdate(plan, this.layers);
    return [updateEvent(plan, this.#parts.positions ?? false), ...warnings, ...health];
  }

  /** What probes see that read no signals. */
  look({ clock, probes }: Turn): StageEvents {
    return probes.length === 0 ? [] : this.#probes.look(probes, clock, false);
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
    const { every, splits: asked, best } = this.#parts.evaluation;
    const splits = best === undefined ? asked : [...new Set([...asked, best.split])];
    const last = clock.step + 1 === clock.totalSteps;
    const due = every > 0 && endsEpoch(clock) && ((clock.epoch + 1) % every === 0 || last);
    return due ? this.#judged(splits, clock) : [];
  }

  async #judged(splits: readonly string[], clock: Clock): Promise<readonly TrainEvent[]> {
    const evaluations = await this.evaluate(splits, clock);
    return this.best === undefined ? evaluations : [...evaluations, ...(await this.best.look(evaluations))];
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
      checkLoss(loss, `The loss on "${split}"`, clock);
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
}

function withNeedsOf(probes: Turn['probes'], signals: ReadonlySet<Signal>): ReadonlySet<Signal> {
  const more = probes.flatMap(({ probe }) => probe.needs ?? []);
  return more.length === 0 ? signals : new Set([...signals, ...more]);
}

function endsEpoch(clock: Clock): boolean {
  return clock.stepInEpoch === clock.stepsPerEpoch - 1;
}

function checkLoss(loss: number, what: string, clock: Pick<Clock, 'step' | 'epoch'>): void {
  if (Number.isFinite(loss)) return;
  throw new EspalierError(
    'ESPALIER_NOT_FINITE',
    `${what} became ${loss} at step ${clock.step} (epoch ${clock.epoch}). Lower the learning rate, warm it up, or look at the data.`,
  );
}
