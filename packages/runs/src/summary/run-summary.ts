import type { ExpandedChoice, ExpandedRecipe } from '@espalier/core';

/** How a run ended. */
export type Outcome = 'completed' | 'stopped' | 'failed';

/** One maskable layer from the first topology to the last. */
export interface LayerSummary {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly nonZerosStart: number;
  readonly nonZerosEnd: number;
}

/** The last evaluation of a split. */
export interface SplitMetrics {
  readonly loss: number;
  /** In [0, 1]; absent for regression. */
  readonly accuracy?: number;
}

/** What `summary.json` says of a run. */
export interface RunSummary {
  /** Of Espalier. */
  readonly version: string;
  readonly outcome: Outcome;
  readonly method: string;
  readonly recipe: ExpandedRecipe;
  readonly engine: { readonly name: string; readonly backend: string; readonly threads: number };
  readonly architecture: ExpandedChoice;
  readonly data: ExpandedChoice;
  readonly seed: number;
  readonly density: { readonly requested: number; readonly actual: number };
  /** Integer total of active weights over the layers not kept dense, at the end. */
  readonly budget: number;
  readonly layers: readonly LayerSummary[];
  /** Training batches taken. */
  readonly steps: number;
  readonly topologyUpdates: number;
  /** The last evaluation of every split, by its name. */
  readonly metrics: Readonly<Record<string, SplitMetrics>>;
  /** Wall-clock times. */
  readonly seconds: {
    readonly total: number;
    /** Of the steps without topology update, the first ten steps left out; null where there is none. */
    readonly stepMedian: number | null;
    /** Null without topology updates. */
    readonly topologyUpdateMedian: number | null;
  };
  /** The largest memory that the process held. */
  readonly peakRssBytes: number;
}
