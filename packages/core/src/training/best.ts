import type { EngineState, EvaluationEvent, ImprovementEvent, TrainEvent } from '../contract.js';
import { EspalierError } from '../errors/index.js';

/** What the best weights of a run are judged by. */
export interface BestOptions {
  /** The split that decides; not the one that results are reported on. */
  readonly split: string;
  /** Accuracy is to be high, loss low. Default `loss`. */
  readonly metric?: 'loss' | 'accuracy';
  /** Evaluations without improvement after which the run ends early; null, the default, never. */
  readonly patience?: number | null;
}

/** The best weights so far. */
export interface BestWeights {
  /** The evaluation that they did best in. */
  readonly evaluation: EvaluationEvent;
  /** The whole state of the engine at that moment. */
  readonly state: EngineState;
}

/** Keeps the best weights of a run, and knows when waiting for better ones is over. */
export class BestWatch {
  readonly #options: BestOptions;
  readonly #save: () => EngineState | Promise<EngineState>;
  #best: BestWeights | undefined;
  #waited = 0;

  /** @param save - copies the engine's present state */
  constructor(options: BestOptions, save: () => EngineState | Promise<EngineState>) {
    this.#options = options;
    this.#save = save;
  }

  get best(): BestWeights | undefined {
    return this.#best;
  }

  /** Whether as many evaluations as the patience allows brought no improvement. */
  get exhausted(): boolean {
    const { patience } = this.#options;
    return patience != null && this.#waited >= patience;
  }

  /** Looks at the evaluations of one moment. @returns what there is to say of them */
  async look(evaluations: readonly TrainEvent[]): Promise<readonly ImprovementEvent[]> {
    const { split, metric = 'loss' } = this.#options;
    const found = evaluations.find((event) => event.type === 'evaluation' && event.split === split);
    if (found?.type !== 'evaluation') return [];
    const value = measured(found, metric);
    const before = this.#best && measured(this.#best.evaluation, metric);
    const better = before === undefined || (metric === 'loss' ? value < before : value > before);
    if (!better) {
      this.#waited++;
      return [];
    }
    this.#waited = 0;
    this.#best = { evaluation: found, state: await this.#save() };
    return [{ type: 'improvement', step: found.step, epoch: found.epoch, split, metric, value }];
  }
}

function measured(evaluation: EvaluationEvent, metric: 'loss' | 'accuracy'): number {
  const value = evaluation[metric];
  if (value !== undefined) return value;
  throw new EspalierError(
    'ESPALIER_INVALID_CONFIG',
    `The best weights are to be judged by ${metric}, which regression does not have; judge them by loss.`,
  );
}
