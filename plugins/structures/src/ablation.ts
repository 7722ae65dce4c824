import { floorCount, type LayerView, type Scores, selectLargest } from '@espalier/core';

/** When a unit is alive. */
export interface Ablation {
  /** Share of the fan-in that must be salient. */
  readonly gamma: number;
  /** Weights that the layer may end with: there are always units enough to hold them. */
  readonly share: number;
}

/**
 * Which units are alive. A position is salient where it is among the weights that stay by score, or among as many
 * positions of the whole layer as leave, by absolute gradient (arXiv 2305.02299, section 3).
 *
 * @param scores - of the active weights
 * @param count - how many of them stay
 * @returns 1 or 0 per unit
 */
export function salientUnits(
  layer: LayerView,
  scores: Scores,
  count: number,
  { gamma, share }: Ablation,
): Uint8Array {
  const { active, units, fanIn: dense } = layer;
  const stays = new Uint8Array(active.length);
  const salient = new Uint32Array(units);
  for (const i of selectLargest(scores, count)) {
    stays[i] = 1;
    salient[layer.unitOf(active[i]!)]!++;
  }
  for (const position of steepest(layer, stays)) salient[layer.unitOf(position)]!++;

  const populated = new Set(Array.from(active, (position) => layer.unitOf(position))).size;
  const fanIn = Math.floor(active.length / Math.max(1, populated));
  const needed = Math.ceil(share / dense);
  const ranked = salient.slice().sort();
  const threshold = Math.min(Math.max(1, floorCount(gamma * fanIn)), ranked[units - needed]!);
  return Uint8Array.from(salient, (n) => (n >= threshold ? 1 : 0));
}

/** The positions with the steepest gradients, as many as active weights leave, without those that stay anyway. */
function steepest(layer: LayerView, stays: Uint8Array): number[] {
  const { active } = layer;
  const k = active.length - stays.reduce((n, one) => n + one, 0);
  const inactive = layer.strongest('gradient', k);
  const gradients = layer.signal('gradient', active);
  const positions: number[] = [];
  const scores: number[] = [];
  const fixed: boolean[] = [];
  let a = 0;
  for (let i = 0; i <= inactive.positions.length; i++) {
    const until = inactive.positions[i] ?? Number.POSITIVE_INFINITY;
    for (; a < active.length && active[a]! < until; a++) {
      positions.push(active[a]!);
      scores.push(Math.abs(gradients[a]!));
      fixed.push(stays[a] === 1);
    }
    if (i === inactive.positions.length) break;
    positions.push(inactive.positions[i]!);
    scores.push(inactive.scores[i]!);
    fixed.push(false);
  }
  const best = selectLargest(Float64Array.from(scores), k);
  return Array.from(best).flatMap((i) => (fixed[i] ? [] : [positions[i]!]));
}
