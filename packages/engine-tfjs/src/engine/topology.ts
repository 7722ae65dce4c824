import { common, type Positions, type TopologyChange, union, without } from '@espalier/core';
import { AGE } from '../optimizer/optimizer.js';
import type { DenseState } from './parameter.js';

/** What a change of topology works on. */
export interface ChangeSite {
  /** Ascending. */
  readonly active: Uint32Array;
  readonly size: number;
  /** The gradient signal, where the last step was asked for it. */
  readonly gradient: Float32Array | undefined;
  /** Whether values stay off the mask. */
  readonly isLatent: boolean;
}

/**
 * Makes sure that a change describes a difference to the present topology.
 * @throws TypeError naming the layer
 */
export function checkChange(change: TopologyChange, { active, size, gradient, isLatent }: ChangeSite): void {
  const { pruned, grown, restarted } = change;
  const wrong = (what: string) => new TypeError(`Topology change of ${change.layer}: ${what}.`);
  if (common(pruned, active).length < pruned.length) throw wrong('it prunes positions that are not active');
  if (common(restarted, active).length < restarted.length) {
    throw wrong('it restarts positions that are not active');
  }
  if (common(restarted, pruned).length > 0) throw wrong('it restarts positions that it prunes');
  if (common(grown, active).length > 0) throw wrong('it grows positions that are active already');
  if (!areAscending(grown, size))
    throw wrong(`the grown positions are not ascending within 0 to ${size - 1}`);
  if (change.grownValues.length !== grown.length || change.restartedValues.length !== restarted.length) {
    throw wrong('values and positions differ in length');
  }
  if (change.trained !== undefined && !isLatent) {
    throw wrong('it trains inactive positions, but the layer keeps no values off the mask');
  }
  if (change.slots.use === 'seed' && !gradient) {
    throw wrong('slots are seeded from the gradient signal, which the last step was not asked for');
  }
}

/** The active positions after a checked change. */
export function activeAfter({ pruned, grown }: TopologyChange, { active }: ChangeSite): Positions {
  return union(without(active, pruned), grown);
}

/**
 * Writes a checked change to values and slots. Values of pruned positions stay where they may. What a new weight's slots become:
 * - `zero`: 0, its age too
 * - `keep`: what stands there, age included; pruned weights leave theirs in place
 * - `layerMean`: the mean over the weights active before the change, the age rounded
 * - `seed`: scale x gradient signal in the first moment, else 0
 *
 * @param firstMoment - the slot that seeds go to
 */
export function commitChange(
  state: DenseState,
  change: TopologyChange,
  { active, gradient, isLatent }: ChangeSite,
  firstMoment: string,
): void {
  const { pruned, grown, restarted, slots: policy } = change;
  if (policy.use !== 'keep') {
    for (const [name, slot] of Object.entries(state.slots)) {
      const mean = policy.use === 'layerMean' ? meanAt(slot, active, name === AGE) : 0;
      const seeded = policy.use === 'seed' && name === firstMoment;
      for (const positions of [grown, restarted]) {
        for (const position of positions)
          slot[position] = seeded ? policy.scale * gradient![position]! : mean;
      }
      for (const position of pruned) slot[position] = 0;
    }
  }
  if (!isLatent) for (const position of pruned) state.weights[position] = 0;
  scatter(state.weights, grown, change.grownValues);
  scatter(state.weights, restarted, change.restartedValues);
}

/** Whether positions ascend without repetition and lie below the size. */
export function areAscending(positions: Positions, size: number): boolean {
  for (let i = 0; i < positions.length; i++) {
    if (positions[i]! >= size || (i > 0 && positions[i]! <= positions[i - 1]!)) return false;
  }
  return true;
}

/** Writes values to some positions. */
export function scatter(target: Float32Array, positions: Positions, values: ArrayLike<number>): void {
  for (let i = 0; i < positions.length; i++) target[positions[i]!] = values[i]!;
}

/** Reads the values at some positions. */
export function gather(source: Float32Array, positions: Positions): Float32Array {
  const values = new Float32Array(positions.length);
  for (let i = 0; i < positions.length; i++) values[i] = source[positions[i]!]!;
  return values;
}

/** Positions as the 32-bit indices that tensors of TensorFlow.js always suffice with. */
export function asIndices(positions: Positions): Uint32Array {
  return positions instanceof Uint32Array ? positions : Uint32Array.from(positions);
}

function meanAt(values: Float32Array, positions: Positions, whole: boolean): number {
  if (positions.length === 0) return 0;
  let sum = 0;
  for (const position of positions) sum += values[position]!;
  const mean = sum / positions.length;
  return whole ? Math.round(mean) : mean;
}
