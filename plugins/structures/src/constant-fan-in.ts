import {
  EspalierError,
  type LayerShape,
  type LayerView,
  pick,
  type Signal,
  type Structure,
  type StructureContext,
  strategy,
} from '@espalier/core';
import { salientUnits } from './ablation.js';
import { keepCapped } from './capped.js';
import { drawInCells, rankingOf } from './draw.js';
import { bestInCells, membersOf } from './partition/cells.js';
import { byUnit } from './partition/partition.js';

/** Every unit has the same number of weights, or none where it is ablated. */
export const constantFanIn = strategy(
  'structure',
  'constant-fan-in',
  { ablate: 0 },
  { useFactory: ({ ablate }) => new ConstantFanIn(ablate) },
  {
    summary: 'Every unit of a layer has the same number of weights; units with few salient ones have none.',
    options: {
      ablate:
        'units with fewer than this share of the fan-in salient are ablated, never in the last layer; 0 ablates none',
    },
    paper:
      'Lasby, Golubeva, Evci, Nica, Ioannou, Dynamic Sparse Training with Structured Sparsity, 2024, arXiv 2305.02299',
    check: ({ ablate }) =>
      ablate >= 0 && ablate <= 1 ? undefined : `ablate is ${ablate}, but must lie in [0, 1].`,
  },
);

class ConstantFanIn implements Structure {
  readonly needs: readonly Signal[];
  readonly #ablate: number;
  // Growing must know which units were chosen when weights were kept; a layer that shows its plan is the key.
  readonly #alive = new WeakMap<LayerView, Uint8Array>();

  constructor(ablate: number) {
    this.#ablate = ablate;
    this.needs = ablate > 0 ? ['gradient'] : [];
  }

  fit(layer: LayerShape, count: number): number {
    if (count >= layer.units) return count - (count % layer.units);
    throw new EspalierError(
      'ESPALIER_INFEASIBLE_BUDGET',
      `Layer "${layer.name}" was allocated ${count} weights for ${layer.units} units; a constant fan-in needs one each. Raise the density or keep the layer dense.`,
    );
  }

  place: Structure['place'] = (layer, count, context) =>
    drawInCells(layer, byUnit(layer), () => count / layer.units, context.random('places', layer));

  keep: Structure['keep'] = (layer, scores, count, context) => {
    const alive = this.#choose(layer, scores, count, context);
    this.#alive.set(layer, alive);
    const fanIn = Math.floor(context.share / numberOf(alive));
    const eligible = Uint32Array.from(layer.active.keys()).filter(
      (i) => alive[layer.unitOf(layer.active[i]!)],
    );
    const kept = keepCapped(
      byUnit(layer),
      pick(layer.active, eligible),
      Float64Array.from(eligible, (i) => scores[i]!),
      count,
      () => fanIn,
    );
    return kept.map((i) => eligible[i]!);
  };

  grow: Structure['grow'] = (layer, candidates, count, context) => {
    const partition = byUnit(layer);
    const alive = this.#alive.get(layer) ?? new Uint8Array(layer.units).fill(1);
    const kept = membersOf(partition, layer.active);
    const total = layer.active.length + count;
    const fanIn = Math.min(partition.size, Math.floor(total / numberOf(alive)));
    const offered = membersOf(partition, candidates.positions);
    for (let unit = 0; unit < layer.units; unit++) {
      if (alive[unit] === 0) continue;
      const [most, least] = [kept.count(unit) + offered.count(unit), kept.count(unit)];
      if (least > fanIn || most < fanIn) throw unequal(layer, unit, fanIn, least > fanIn ? least : most);
    }
    const scores = rankingOf(layer, candidates, context);
    const wanted = (unit: number) => (alive[unit] === 1 ? fanIn - kept.count(unit) : 0);
    return pick(candidates.positions, bestInCells(partition, offered, scores, wanted));
  };

  #choose(
    layer: LayerView,
    scores: Parameters<Structure['keep']>[1],
    count: number,
    context: StructureContext,
  ): Uint8Array {
    const last = layer.index === context.layers.length - 1;
    if (this.#ablate === 0 || last) return new Uint8Array(layer.units).fill(1);
    return salientUnits(layer, scores, count, { gamma: this.#ablate, share: context.share });
  }
}

function numberOf(alive: Uint8Array): number {
  return Math.max(
    1,
    alive.reduce((n, one) => n + one, 0),
  );
}

function unequal(layer: LayerShape, unit: number, fanIn: number, has: number): EspalierError {
  return new EspalierError(
    'ESPALIER_INFEASIBLE_BUDGET',
    `Layer "${layer.name}" has weights for a fan-in of ${fanIn}, but its unit ${unit} ${has > fanIn ? `keeps ${has}` : `can have only ${has}`}; use the redistributor "allocated", and do not bar pruned weights.`,
  );
}
