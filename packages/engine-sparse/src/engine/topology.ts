import { common, type Positions, type SlotPolicy, type TopologyChange, union, without } from '@espalier/core';
import { indicesOf } from '../parameters/indices.js';
import type { Kernel } from '../parameters/kernel.js';
import { AGE } from '../parameters/parameter.js';
import type { ParkedSlots } from './parked-slots.js';
import type { SparseLayer } from './sparse-layer.js';

/**
 * Makes sure that a change describes a difference to the present topology.
 * @throws TypeError naming the layer
 */
export function checkChange({ kernel, gradient }: SparseLayer, change: TopologyChange): void {
  const { active, size } = kernel;
  const { pruned, grown, restarted } = change;
  const wrong = (what: string) => new TypeError(`Topology change of ${change.layer}: ${what}.`);
  if (!isSubset(pruned, active)) throw wrong('it prunes positions that are not active');
  if (!isSubset(restarted, active)) throw wrong('it restarts positions that are not active');
  if (common(restarted, pruned).length > 0) throw wrong('it restarts positions that it prunes');
  if (common(grown, active).length > 0) throw wrong('it grows positions that are active already');
  if (!grown.every((position, i) => position < size && (i === 0 || position > grown[i - 1]!))) {
    throw wrong(`the grown positions are not ascending within 0 to ${size - 1}`);
  }
  if (change.grownValues.length !== grown.length || change.restartedValues.length !== restarted.length) {
    throw wrong('values and positions differ in length');
  }
  if (change.slots.use === 'seed' && !gradient.isHeld) {
    throw wrong('slots are seeded from the gradient signal, which the last step was not asked for');
  }
}

/**
 * Commits a checked change: both orders of the kernel are rebuilt by counting, values and slots move along. What a
 * new weight's slots become:
 * - `zero`: 0; its age, too
 * - `keep`: what it had when it was pruned under `keep`, else 0
 * - `layerMean`: the mean over the weights that were active before the change. Its age is the rounded mean age
 * - `seed`: scale x gradient signal in the first moment, else 0
 *
 * @param firstMoment - the slot that seeds go to
 */
export function commitChange(
  { kernel, gradient }: SparseLayer,
  change: TopologyChange,
  firstMoment: string,
  parked: ParkedSlots,
): void {
  const { pruned, grown, restarted, slots } = change;
  const fresh = new Map<string, Start>();
  for (const name of kernel.slots.keys()) {
    fresh.set(name, startOf(name, kernel, slots, firstMoment, gradient.at.bind(gradient)));
  }
  const kept = slots.use === 'keep';
  const grownSlots = new Map<string, Float64Array>();
  const parting = new Map<string, Float64Array>();
  for (const name of kernel.slots.keys()) {
    grownSlots.set(name, kept ? parked.valuesAt(name, grown) : fresh.get(name)!(grown));
    const slot = kernel.slot(name);
    if (kept)
      parting.set(
        name,
        Float64Array.from(indicesOf(pruned, kernel.active), (index) => slot[index]!),
      );
  }
  parked.change(kept ? pruned : pruned.slice(0, 0), parting, grown);
  const restarts = new Map([...fresh].map(([name, start]) => [name, kept ? undefined : start(restarted)]));

  kernel.reshape(union(without(kernel.active, pruned), grown));
  const grownAt = indicesOf(grown, kernel.active);
  const restartedAt = indicesOf(restarted, kernel.active);
  write(kernel.weights, grownAt, change.grownValues);
  write(kernel.weights, restartedAt, change.restartedValues);
  for (const name of kernel.slots.keys()) {
    write(kernel.slot(name), grownAt, grownSlots.get(name)!);
    const values = restarts.get(name);
    if (values !== undefined) write(kernel.slot(name), restartedAt, values);
  }
  kernel.refresh();
}

/** A slot's values where weights start. */
type Start = (positions: Positions) => Float64Array;

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
  return (positions) => new Float64Array(positions.length).fill(mean);
}

function meanOf(name: string, slot: Float32Array | Uint32Array): number {
  if (slot.length === 0) return 0;
  let sum = 0;
  for (let i = 0; i < slot.length; i++) sum += slot[i]!;
  const mean = sum / slot.length;
  return name === AGE ? Math.round(mean) : mean;
}

function write(target: Float32Array | Uint32Array, at: Uint32Array, values: ArrayLike<number>): void {
  for (let i = 0; i < at.length; i++) target[at[i]!] = values[i]!;
}

function isSubset(part: Positions, whole: Positions): boolean {
  return common(part, whole).length === part.length;
}
