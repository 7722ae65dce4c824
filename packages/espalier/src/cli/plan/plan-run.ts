import { planAllocation, sum } from '@espalier/core';
import type { RunParts } from '../../compose/parts.js';
import { type LayerForecast, layerForecasts, otherParameters } from './layers.js';
import { estimateMemory, type MemoryEstimate } from './memory.js';
import { forecastUpdates, type UpdateForecast } from './updates.js';
import { planWarnings } from './warnings.js';

/** What a run would do, as far as it can be known before it. */
export interface RunForecast {
  readonly method: string;
  readonly architecture: string;
  readonly data: {
    readonly name: string;
    readonly train: number;
    /** Examples by split. */
    readonly splits: Readonly<Record<string, number>>;
  };
  readonly engine: {
    readonly name: string;
    readonly backend?: string;
    /** Why it computes on this backend. */
    readonly notes: readonly string[];
  };
  readonly layers: readonly LayerForecast[];
  /** Biases, normalisation and the like, which are never sparse; null where the network does not tell. */
  readonly otherParameters: number | null;
  /** Of the sparse layers; `actual` after rounding to whole weights. */
  readonly density: { readonly requested: number; readonly actual: number };
  /** Active weights of the sparse layers at the start, and at the target density. */
  readonly budget: { readonly start: number; readonly target: number };
  readonly epochs: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly updates: UpdateForecast;
  /** In bytes, of the tensors that are kept from step to step. */
  readonly memory: MemoryEstimate;
  readonly warnings: readonly string[];
}

/** Allocates the start and goes through the clock; places and trains nothing. */
export async function planRun(parts: RunParts): Promise<RunForecast> {
  const { config, recipe, startRecipe, dataset, network, factory, random, length } = parts;
  const allocation = await planAllocation(parts.layers, startRecipe, config.sparsity, random, { length });
  const layers = layerForecasts(allocation, config.sparsity.keepDense);
  const others = otherParameters(network);
  const updates = forecastUpdates(recipe, length, allocation);
  const size = sum(allocation.sparse.map((layer) => layer.size));
  const { backend, notes = [] } = factory;
  return {
    method: config.method.use,
    architecture: config.architecture.use,
    data: { name: dataset.name, train: dataset.trainSize, splits: dataset.splits },
    engine: { name: factory.name, ...(backend === undefined ? {} : { backend }), notes },
    layers,
    otherParameters: others,
    density: { requested: allocation.density, actual: size === 0 ? 1 : allocation.targetBudget / size },
    budget: { start: allocation.budget, target: allocation.targetBudget },
    epochs: config.train.epochs,
    batchSize: config.train.batchSize,
    stepsPerEpoch: length.stepsPerEpoch,
    steps: length.totalSteps,
    updates,
    memory: estimateMemory({ layers, others: others ?? 0, recipe, config, engine: factory.name }),
    warnings: planWarnings(layers, updates, config.train.batchSize),
  };
}
