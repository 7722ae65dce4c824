import type { ExpandedChoice, ExpandedRecipe } from '@espalier/core';

/** How a run ended. */
export type Outcome = 'completed' | 'early-stopped' | 'stopped' | 'failed';

/** One maskable layer from the first topology to the last. */
export interface LayerSummary {
  /** Unique in the network, e.g. `dense_1/kernel`. */
  readonly name: string;
  /** Canonical shape. */
  readonly shape: readonly number[];
  /** Number of positions. */
  readonly size: number;
  /** Active positions before the first step. */
  readonly nonZerosStart: number;
  /** Active positions at the end. */
  readonly nonZerosEnd: number;
}

/** The last evaluation of a split. */
export interface SplitMetrics {
  /** Mean over the examples. */
  readonly loss: number;
  /** In [0, 1]; absent for regression. */
  readonly accuracy?: number;
}

/** Numbers, or one per maskable layer, by observer and by name. */
export type Measurements = Readonly<Record<string, Readonly<Record<string, number | readonly number[]>>>>;

/** What `summary.json` says of a run. */
export interface RunSummary {
  /** Of Espalier. */
  readonly version: string;
  /** The command line that began the run; absent where it was begun from code. */
  readonly command?: string;
  /** How the run ended. */
  readonly outcome: Outcome;
  /** The method's name. */
  readonly method: string;
  /** Every slot and switch of the method, spelled out. */
  readonly recipe: ExpandedRecipe;
  /** What computed. */
  readonly engine: {
    /** The engine's, e.g. `tfjs`. */
    readonly name: string;
    /** What it computed on, e.g. `wasm`. */
    readonly backend: string;
    /** How many threads computed. */
    readonly threads: number;
    /** Why this engine and backend, where others were passed over. */
    readonly notes?: readonly string[];
  };
  /** As configured. */
  readonly architecture: ExpandedChoice;
  /** As configured. */
  readonly data: ExpandedChoice;
  /** Shape of one example of the data; absent in older summaries. */
  readonly inputShape?: readonly number[];
  /** The key of all randomness. */
  readonly seed: number;
  /** Density of the layers not kept dense, in (0, 1]. */
  readonly density: {
    /** As configured, or as the method imposes. */
    readonly requested: number;
    /** Active weights over positions at the start, after rounding. */
    readonly actual: number;
  };
  /** Integer total of active weights over the layers not kept dense, at the end. */
  readonly budget: number;
  /** The maskable layers, those kept dense too. */
  readonly layers: readonly LayerSummary[];
  /** Training batches taken. */
  readonly steps: number;
  /** Updates committed. */
  readonly topologyUpdates: number;
  /** The last evaluation of every split, by its name. */
  readonly metrics: Readonly<Record<string, SplitMetrics>>;
  /** The last value of everything that observers measured, by observer and name; absent where nothing was. */
  readonly measured?: Measurements;
  /** The evaluation of the best weights, where they were kept. */
  readonly best?: {
    /** The step that the evaluation followed, from 0. */
    readonly step: number;
    /** The split that decided. */
    readonly split: string;
    /** `loss` or `accuracy`. */
    readonly metric: string;
    /** Of the metric. */
    readonly value: number;
  };
  /** Wall-clock times. */
  readonly seconds: {
    /** From the first event to the last, pauses between continuations left out. */
    readonly total: number;
    /** Of the steps without topology update, the first ten steps left out; null where there is none. */
    readonly stepMedian: number | null;
    /** Null without topology updates. */
    readonly topologyUpdateMedian: number | null;
    /** In all training steps, topology updates left out; absent in older summaries, as are the next two. */
    readonly training?: number;
    /** In all topology updates. */
    readonly topologyUpdates?: number;
    /** In all evaluations. */
    readonly evaluation?: number;
  };
  /** The largest memory that the process held. */
  readonly peakRssBytes: number;
}
