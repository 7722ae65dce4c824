import { common, type Positions, type SlotPolicy, type TopologyChange, union, without } from '@espalier/core';
import { AGE } from './optimizers/optimizer.js';
import type { Parameter } from './parameter.js';

/**
 * Makes sure that a change describes a difference to the present topology.
 * @param heldGradient - the gradient signal, where there is one
 * @throws TypeError naming the layer
 */
export function checkChange(
  parameter: Parameter,
  change: TopologyChange,
  heldGradient: Float64Array | undefined,
): void {
  const { active, size } = parameter;
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
  if (change.trained !== undefined && parameter.latent === undefined) {
    throw wrong('it trains inactive positions, but the layer keeps no values off the mask');
  }
  if (change.slots.use === 'seed' && heldGradient === undefined) {
    throw wrong('slots are seeded from the gradient signal, which the last step was not asked for');
  }
}

/**
 * Commits a checked change: mask, values, optimizer slots. Values of pruned positions stay where the layer is latent. What a new weight's slots become:
 * - `zero`: 0; its age, too
 * - `keep`: what stands there, age included; pruned weights leave theirs in place
 * - `layerMean`: the mean over the weights that were active before the change. Its age is the rounded mean age:
 *   where all weights are of one age, bias correction treats the mean as it treats what went into it
 * - `seed`: scale x gradient signal in the first moment, else 0
 *
 * @param firstMoment - the slot that seeds go to
 */
export function commitChange(
  parameter: Parameter,
  change: TopologyChange,
  firstMoment: string,
  heldGradient: Float64Array | undefined,
): void {
  const { pruned, grown, restarted, slots } = change;
  for (const [name, slot] of parameter.slots) {
    if (slots.use === 'keep') continue;
    const mean = slots.use === 'layerMean' ? meanAt(name, slot, parameter.active) : 0;
    for (const positions of [grown, restarted]) {
      for (const position of positions) {
        slot[position] =
          name === firstMoment && slots.use === 'seed' ? seedAt(position, slots, heldGradient) : mean;
      }
    }
    for (const position of pruned) slot[position] = 0;
  }
  const { latent } = parameter;
  if (latent === undefined) for (const position of pruned) parameter.values[position] = 0;
  else latent.trained = change.trained ?? latent.trained;
  write(parameter.values, grown, change.grownValues);
  write(parameter.values, restarted, change.restartedValues);
  parameter.active = union(without(parameter.active, pruned), grown);
}

function isSubset(part: Positions, whole: Positions): boolean {
  return common(part, whole).length === part.length;
}

function meanAt(name: string, slot: Float64Array, positions: Positions): number {
  if (positions.length === 0) return 0;
  let sum = 0;
  for (const position of positions) sum += slot[position]!;
  const mean = sum / positions.length;
  return name === AGE ? Math.round(mean) : mean;
}

function seedAt(
  position: number,
  { scale }: Extract<SlotPolicy, { use: 'seed' }>,
  gradient: Float64Array | undefined,
): number {
  return scale * gradient![position]!;
}

function write(values: Float64Array, positions: Positions, given: Float32Array): void {
  positions.forEach((position, i) => {
    values[position] = given[i]!;
  });
}
