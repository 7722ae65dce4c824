import { common, type Positions, type SlotPolicy, type TopologyChange } from '@espalier/core/engine';
import type { Kernel } from '../parameters/kernel.js';
import { AGE } from '../parameters/parameter.js';
import type { RewiringKernels } from '../parameters/rewiring.js';
import type { SlotsOffMask } from './parked-slots.js';
import type { SparseLayer } from './sparse-layer.js';

/** A change of one layer, and where what it takes away stands. */
export interface CheckedChange {
  readonly layer: SparseLayer;
  readonly change: TopologyChange;
  readonly prunedAt: Uint32Array;
}

/**
 * Makes sure that a change describes a difference to the present topology.
 * @throws TypeError naming the layer
 */
export function checkChange(
  layer: SparseLayer,
  change: TopologyChange,
  kernels: RewiringKernels,
): CheckedChange {
  const { kernel, gradient, latent } = layer;
  const wrong = (what: string) => new TypeError(`Topology change of ${change.layer}: ${what}.`);
  const located = (what: 'pruned' | 'grown' | 'restarted') => {
    const found = kernel.locate(kernels, change[what]);
    if (found === undefined) {
      throw wrong(`the ${what} positions are not ascending within 0 to ${kernel.size - 1}`);
    }
    return found;
  };
  const pruned = located('pruned');
  const grown = located('grown');
  const restarted = located('restarted');
  if (pruned.active < pruned.at.length) throw wrong('it prunes positions that are not active');
  if (restarted.active < restarted.at.length) throw wrong('it restarts positions that are not active');
  if (common(change.restarted, change.pruned).length > 0) throw wrong('it restarts positions that it prunes');
  if (grown.active > 0) throw wrong('it grows positions that are active already');
  const { grownValues, restartedValues } = change;
  if (grownValues.length !== grown.at.length || restartedValues.length !== restarted.at.length) {
    throw wrong('values and positions differ in length');
  }
  if (change.trained !== undefined && latent === undefined) {
    throw wrong('it trains inactive positions, but the layer keeps no values off the mask');
  }
  if (change.slots.use === 'seed' && !gradient.isHeld) {
    throw wrong('slots are seeded from the gradient signal, which the last step was not asked for');
  }
  return { layer, change, prunedAt: pruned.at };
}

/**
 * Commits a checked change: values and slots move along, and both orders of the kernel are rebuilt by counting, in
 * memory of its own that is as large as what changes. Values of pruned positions stay where the layer is latent. What a
 * new weight's slots become:
 * - `zero`: 0; its age, too
 * - `keep`: what it had when it was pruned under `keep`, else 0
 * - `layerMean`: the mean over the weights that were active before the change. Its age is the rounded mean age
 * - `seed`: scale x gradient signal in the first moment, else 0
 *
 * @param firstMoment - the slot that seeds go to
 */
export function commitChange(
  { layer, change, prunedAt }: CheckedChange,
  kernels: RewiringKernels,
  firstMoment: string,
  parked: SlotsOffMask,
): void {
  const { kernel, gradient, latent } = layer;
  const { pruned, grown, restarted, slots } = change;
  const names = [...kernel.slots.keys()];
  const starts = new Map(
    names.map((name) => [name, startOf(name, kernel, slots, firstMoment, gradient.at.bind(gradient))]),
  );
  const kept = slots.use === 'keep';
  const returning = new Map(kept ? names.map((name) => [name, parked.valuesAt(name, grown)]) : []);
  const parting = new Map(kept ? names.map((name) => [name, valuesAt(kernel.slot(name), prunedAt)]) : []);
  if (latent !== undefined) {
    latent.keep(pruned, valuesAt(kernel.weights, prunedAt));
    latent.trained = change.trained ?? latent.trained;
  }
  parked.change(kept ? pruned : pruned.slice(0, 0), parting, grown);

  const grownAt = kernel.rewire(kernels, { prunedAt, grown, grownValues: change.grownValues });
  const restartedAt = kernel.locate(kernels, restarted)!.at;
  write(kernel.weights, restartedAt, change.restartedValues);
  for (const [name, start] of starts) {
    const values = returning.get(name) ?? start(grown);
    // New slots are 0 as they are.
    if (values !== 0) write(kernel.slot(name), grownAt, values);
    if (!kept) write(kernel.slot(name), restartedAt, start(restarted));
  }
  kernel.order(kernels);
}

/** A slot's values where weights start: one for each of the positions, or one for all. */
type Start = (positions: Positions) => ArrayLike<number> | number;

function startOf(
  name: string,
  kernel: Kernel,
  slots: SlotPolicy,
  firstMoment: string,
  gradientAt: (positions: Positions) => Float32Array,
): Start {
  if (slots.use === 'seed' && name === firstMoment) {
    return (positions) => Float64Array.from(gradientAt(positions), (g) => slots.scale * g);
  }
  const mean = slots.use === 'layerMean' ? meanOf(name, kernel.slot(name)) : 0;
  return () => mean;
}

function meanOf(name: string, slot: Float32Array | Uint32Array): number {
  if (slot.length === 0) return 0;
  let sum = 0;
  for (let i = 0; i < slot.length; i++) sum += slot[i]!;
  const mean = sum / slot.length;
  return name === AGE ? Math.round(mean) : mean;
}

function valuesAt(slot: Float32Array | Uint32Array, at: Uint32Array): Float64Array {
  const values = new Float64Array(at.length);
  for (let i = 0; i < at.length; i++) values[i] = slot[at[i]!]!;
  return values;
}

function write(
  target: Float32Array | Uint32Array,
  at: Uint32Array,
  values: ArrayLike<number> | number,
): void {
  for (let i = 0; i < at.length; i++) target[at[i]!] = typeof values === 'number' ? values : values[i]!;
}

/** Whether positions are in order, without repetition and below a size. */
export function ascends(positions: Positions, size: number): boolean {
  for (let i = 0; i < positions.length; i++) {
    if (!(positions[i]! < size && (i === 0 || positions[i]! > positions[i - 1]!))) return false;
  }
  return true;
}
