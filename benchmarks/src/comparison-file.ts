import { existsSync, readFileSync } from 'node:fs';
import { resultPath, writeResult } from './result.js';

/** What is compared, and how long each run is. */
export interface Settings {
  readonly data: string;
  readonly networks: readonly string[];
  readonly densities: readonly number[];
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly engine: string;
  readonly denseState: 'refuse' | 'allow';
  /** Layers that a method can't make sparse in a network. */
  readonly keepDense: readonly {
    readonly method: string;
    readonly network: string;
    readonly layers: readonly string[];
  }[];
}

/** Which run. */
export interface RunKey {
  readonly method: string;
  readonly network: string;
  /** As configured; a method may impose another. */
  readonly density: number;
  readonly seed: number;
}

/** What came of a run. */
export type ComparedRun = RunKey &
  (
    | {
        readonly accuracy: number;
        readonly seconds: number;
        readonly engine: string;
        /** Present where the method imposes a density of its own. */
        readonly imposed?: true;
        readonly updates: number;
        /** At the end, layers kept dense included. */
        readonly nonZeros: number;
        /** The same by layer. */
        readonly layers: readonly number[];
        /** The share of positions that were active at some time. */
        readonly exploration: number;
        /** How far the layers' shares of the weights are from those of the start, in [0, 1]. */
        readonly drift: number;
        /** Operations of training over those of the dense network. */
        readonly trainingShare: number;
      }
    | {
        /** Why the method can't train this network at this density. */
        readonly refused: string;
      }
  );

/** The measurement as far as it has come. */
export class ComparisonFile {
  readonly #settings: Settings;
  readonly #runs: ComparedRun[];

  /**
   * Goes on with what was measured with the same settings.
   * @param forget - methods whose runs are to be measured anew
   */
  constructor(settings: Settings, forget: readonly string[]) {
    this.#settings = settings;
    this.#runs = readRuns(settings).filter(({ method }) => !forget.includes(method));
  }

  /** Whether a run was measured already. */
  has({ method, network, density, seed }: RunKey): boolean {
    return this.#runs.some(
      (run) =>
        run.method === method && run.network === network && run.density === density && run.seed === seed,
    );
  }

  /** Whether a run would be one that was measured for another density: the method imposes its own. */
  isAnyDensity({ method, network, seed }: RunKey): boolean {
    return this.#runs.some(
      (run) => 'imposed' in run && run.method === method && run.network === network && run.seed === seed,
    );
  }

  /** Adds a run and writes everything. */
  add(run: ComparedRun): void {
    this.#runs.push(run);
    writeResult('comparison', { settings: this.#settings, runs: this.#runs }, { print: false });
  }
}

function readRuns(settings: Settings): ComparedRun[] {
  const path = resultPath('comparison');
  if (!existsSync(path)) return [];
  const found = JSON.parse(readFileSync(path, 'utf8'));
  return JSON.stringify(found.settings) === JSON.stringify(settings) ? found.runs : [];
}
