import type { ShapedArchitecture } from '@espalier/architectures';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { Parameter } from '../parameters/parameter.js';
import { BatchNormLayer } from './batch-norm-layer.js';
import { DropoutMask } from './dropout-mask.js';
import { LinearLayer, paddedFeaturesOf } from './linear-layer.js';
import { isLinear, type Plan, planNetwork } from './plan.js';
import { Program } from './program.js';

/** From so many bytes of a tile of eight examples on threads share a tile, as each layer is work for all of them. */
const SHARED_TILE_BYTES = 2 ** 22;

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
    this.plan = planNetwork(architecture, paddedFeaturesOf);
    const { stages, features } = this.plan;
    const normalises = stages.some(({ shaped }) => shaped.node.kind === 'batchNorm');
    this.shares = !normalises && features * 32 > SHARED_TILE_BYTES;
    const gradients = this.shares ? 1 : threads;
    const layers = new Map<string, LinearLayer>();
    const norms = new Map<string, BatchNormLayer>();
    const parameters: Parameter[] = [];
    const masks = new Map<string, DropoutMask>();
    for (const { shaped, inputs, padded, output } of stages) {
      const { node } = shaped;
      if (node.kind === 'dropout')
        masks.set(node.name, new DropoutMask(node.name, node.rate, output.features, shared));
      if (node.kind === 'batchNorm') {
        const norm = new BatchNormLayer(shaped, slotNames, shared, threads);
        norms.set(node.name, norm);
        parameters.push(...norm.parameters);
      }
      if (!isLinear(shaped)) continue;
      const from = inputs[0]!;
      // The only reader of a rectified value can mask its gradient where it writes it.
      const masksInput = from.rectified && from.readers === 1 && padded === undefined;
      const layer = new LinearLayer(shaped, padded ?? from, output, masksInput, slotNames, shared, gradients);
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
