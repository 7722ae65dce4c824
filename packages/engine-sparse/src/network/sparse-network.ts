import type { ShapedArchitecture, ShapedNode } from '@espalier/architectures';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { Parameter } from '../parameters/parameter.js';
import { BatchNormLayer } from './batch-norm-layer.js';
import { DropoutMask } from './dropout-mask.js';
import { bordersOf, convolutionOf, LinearLayer } from './linear-layer.js';
import { isLinear, type Plan, planNetwork } from './plan.js';
import { Program } from './program.js';

/**
 * Where dense layers of a tile of eight examples have so many bytes, threads share a tile, as each layer is work for all
 * of them. Images are kept small by narrower tiles, and read in order.
 */
const SHARED_TILE_BYTES = 2 ** 22;

/** Threads share a tile as well where the narrowest tiles for each of them would have so many bytes. */
const MOST_TILES_BYTES = 2 ** 28;

/** An architecture with its parameters and its program in shared memory. */
export class SparseNetwork {
  readonly plan: Plan;
  /** In forward order. */
  readonly linear: readonly LinearLayer[];
  readonly norms: readonly BatchNormLayer[];
  /** In forward order. */
  readonly parameters: readonly Parameter[];
  readonly masks: readonly DropoutMask[];
  readonly program: Program;
  /** Whether windows walk over images. */
  readonly convolves: boolean;
  /** Examples of the narrowest tiles. */
  readonly leastLanes: number;
  /** Whether all threads work on one tile at a time, and have one gradient between them. */
  readonly shares: boolean;

  /** Multiplications that one example takes, forward. */
  get products(): number {
    return this.linear.reduce((sum, { kernel, pixels }) => sum + kernel.count * pixels, 0);
  }

  /**
   * @param slotNames - the optimizer's
   * @throws EspalierError ESPALIER_ENGINE_REFUSES where it does not fit in memory
   */
  constructor(
    architecture: ShapedArchitecture,
    slotNames: readonly string[],
    shared: SharedMemory,
    threads: number,
  ) {
    this.plan = planNetwork(architecture, bordersOf);
    const { stages, features } = this.plan;
    this.convolves = stages.some(({ shaped }) => convolutionOf(shaped) !== undefined);
    this.leastLanes = this.convolves ? 4 : 8;
    const normalises = stages.some(({ shaped }) => shaped.node.kind === 'batchNorm');
    const dense = stages.filter(({ shaped }) => isLinear(shaped) && convolutionOf(shaped) === undefined);
    const met = dense.reduce((sum, { shaped }) => sum + channelsOf(shaped), 0);
    this.shares =
      !normalises &&
      (met * 32 > SHARED_TILE_BYTES || features * this.leastLanes * 4 * threads > MOST_TILES_BYTES);
    const gradients = this.shares ? 1 : threads;
    const layers = new Map<string, LinearLayer>();
    const norms = new Map<string, BatchNormLayer>();
    const parameters: Parameter[] = [];
    const masks = new Map<string, DropoutMask>();
    for (const stage of stages) {
      const { shaped, output } = stage;
      const { node } = shaped;
      if (node.kind === 'dropout')
        masks.set(node.name, new DropoutMask(node.name, node.rate, output.features, shared));
      if (node.kind === 'batchNorm') {
        const norm = new BatchNormLayer(shaped, slotNames, shared, threads);
        norms.set(node.name, norm);
        parameters.push(...norm.parameters);
      }
      if (!isLinear(shaped)) continue;
      const layer = new LinearLayer(stage, slotNames, shared, gradients);
      layers.set(node.name, layer);
      parameters.push(layer.kernel, ...(layer.bias === undefined ? [] : [layer.bias]));
    }
    this.linear = [...layers.values()];
    this.masks = [...masks.values()];
    this.norms = [...norms.values()];
    this.parameters = parameters;
    this.program = new Program(this.plan, { layers, norms, masks }, shared);
  }
}

/** Features that meet at one pixel of a dense layer. */
function channelsOf({ inputShapes, outputShape }: ShapedNode): number {
  return (inputShapes[0]!.at(-1) as number) + (outputShape.at(-1) as number);
}
