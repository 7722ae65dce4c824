import { type OptimizerOptions, type Recipe, sum, updateNeeds } from '@espalier/core';
import type { ResolvedConfig } from '@espalier/runs';
import { denseStateBytes } from '../../compose/dense-state.js';
import type { LayerForecast } from './layers.js';

/** Bytes that an engine keeps from step to step; activations and the batch come on top. */
export interface MemoryEstimate {
  readonly weights: number;
  readonly gradients: number;
  /** What the optimizer keeps per weight, and all that is kept where there is none. */
  readonly slots: number;
  /** Which weights are active: lists of positions and masks. */
  readonly topology: number;
  /** The dense gradient that updates read. */
  readonly signal: number;
  readonly total: number;
  /** What the same engine would keep of the dense network. */
  readonly dense: number;
}

/** What the estimate goes by. */
export interface MemoryRequest {
  readonly layers: readonly LayerForecast[];
  /** Parameters that are no kernels. */
  readonly others: number;
  readonly recipe: Recipe;
  readonly config: Pick<ResolvedConfig, 'optimizer' | 'denseState'>;
  readonly engine: string;
}

/** The oracle computes in double precision. */
const BYTES_PER_VALUE: Readonly<Record<string, number>> = { reference: 8 };

/** Bytes of an entry in a list of active positions; a mask takes one for each position besides. */
const POSITION = 4;

/** Adam counts each weight's own steps besides its two moments. */
const SLOTS: Readonly<Record<OptimizerOptions['use'], number>> = { sgd: 1, adam: 3, adamw: 3 };

/** What the engine keeps; of an engine of several threads, in one of them. */
export function estimateMemory(request: MemoryRequest): MemoryEstimate {
  return request.engine === 'sparse' ? sparseMemory(request) : maskedMemory(request);
}

/** Bytes per active weight of the sparse engine: its position, and where it stands in both orders of the kernel. */
const PLACES = 4 * POSITION;

/**
 * Nothing exists off the mask but what a method keeps there and the configuration allows. Updates make the gradient from
 * activations, which come on top.
 */
function sparseMemory({ layers, others, recipe, config }: MemoryRequest): MemoryEstimate {
  const needs = updateNeeds(recipe);
  const signal =
    recipe.backward !== null ? 'weight' : needs.has('denseMomentum') ? 'denseMomentum' : undefined;
  const everywhere = config.denseState === 'allow' && signal !== undefined;
  const off = everywhere ? denseStateBytes({ layers, optimizer: config.optimizer.use }, signal) : 0;
  const of = (kernels: number) => {
    const gradients = 4 * (kernels + others);
    const slots = gradients * SLOTS[config.optimizer.use] + off;
    // The forward pass has a copy in its own order.
    const weights = gradients + 4 * kernels;
    const topology = PLACES * kernels;
    return { weights, gradients, slots, topology, total: weights + gradients + slots + topology };
  };
  const dense = of(sum(layers.map(({ size }) => size))).total;
  return { ...of(sum(layers.map(({ weights }) => weights))), signal: 0, dense };
}

/** A masked engine keeps values and slots at every position, active or not. */
function maskedMemory({ layers, others, recipe, config, engine }: MemoryRequest): MemoryEstimate {
  const bytes = BYTES_PER_VALUE[engine] ?? 4;
  const sparse = layers.filter(({ keptDenseBy }) => keptDenseBy === null);
  const sparseSize = sum(sparse.map(({ size }) => size));
  const parameters = sum(layers.map(({ size }) => size)) + others;
  const weights = parameters * bytes;
  const slots = weights * SLOTS[config.optimizer.use];
  const masked = sum(sparse.filter((layer) => layer.weights < layer.size).map(({ size }) => size));
  const topology = POSITION * sum(sparse.map((layer) => layer.weights)) + masked;
  const signal = updateNeeds(recipe).has('gradient') ? sparseSize * bytes : 0;
  const values = 2 * weights + slots;
  const total = values + topology + signal;
  return {
    weights,
    gradients: weights,
    slots,
    topology,
    signal,
    total,
    dense: values + POSITION * sparseSize,
  };
}
