import {
  common,
  compareTopologies,
  type Measure,
  type Observer,
  type Positions,
  type Probe,
  type ProbedLayer,
  strategy,
  sum,
  type TopologyUpdateEvent,
  without,
} from '@espalier/core';
import { nonZerosOf, sizeOf, sparseOf } from './layers.js';

/** How much topologies change from update to update, and whether the change lasts. */
export const maskChange = strategy(
  'observe',
  'mask-change',
  {},
  { useFactory: () => new MaskChangeObserver() },
  {
    summary:
      'What each update changes: `hamming` (also as a share of all positions), `jaccard`, `overlap`, `turnover`; whether it lasts: `regret`, `return-rate`, `survival`, `mean-age` in updates.',
  },
);

interface Topology {
  readonly active: readonly Positions[];
  /** Updates survived, aligned with `active`. */
  readonly ages: readonly Uint32Array[];
}

interface Change {
  readonly grown: readonly Positions[];
  readonly pruned: readonly Positions[];
}

class MaskChangeObserver implements Observer {
  #start: readonly Positions[] | undefined;
  #now: Topology | undefined;
  #last: Change | undefined;
  #update: TopologyUpdateEvent | undefined;

  observe: Observer['observe'] = (event) => {
    if (event.type === 'topology:update') this.#update = event;
  };

  readonly probe: Probe = {
    due: (_clock, updates) => updates,
    look: (layers, _clock, measure) => {
      const sparse = sparseOf(layers);
      const active = sparse.map((layer) => layer.active.slice());
      if (this.#now === undefined) {
        this.#start = active;
        this.#now = { active, ages: active.map(({ length }) => new Uint32Array(length)) };
      } else if (sparse.length > 0) {
        this.#compare(sparse, this.#now, active, measure);
      }
    },
  };

  #compare(
    layers: readonly ProbedLayer[],
    before: Topology,
    active: readonly Positions[],
    measure: Measure,
  ): void {
    const size = sizeOf(layers);
    const now = nonZerosOf(layers);
    const then = sum(before.active.map(({ length }) => length));
    const pairs = layers.map((layer, i) => compareTopologies(before.active[i]!, active[i]!, layer.size));
    const hamming = sum(pairs.map((pair) => pair.hamming));
    const both = sum(pairs.map(({ intersection }) => intersection));
    measure('hamming', hamming);
    measure('hamming-share', hamming / size);
    measure('jaccard', both / (then + now - both));
    measure('overlap', both / Math.min(then, now));
    measure('turnover', (now - both) / now);
    measure('turnover-by-layer', turnovers(pairs, active));

    const change: Change = {
      pruned: before.active.map((positions, i) => without(positions, active[i]!)),
      grown: active.map((positions, i) => without(positions, before.active[i]!)),
    };
    this.#lasting(change, measure);
    measure('survival', overlapOf(this.#start!, active) / sum(this.#start!.map(({ length }) => length)));
    const ages = active.map((positions, i) => aged(before.active[i]!, before.ages[i]!, positions));
    measure('mean-age', sum(ages.map((each) => each.reduce((all, age) => all + age, 0))) / now);
    this.#now = { active, ages };
    this.#last = change;
  }

  #lasting(change: Change, measure: Measure): void {
    // What an update prunes and brings back in one is no change of topology; the event alone tells of it.
    const returned = this.#update?.returned ?? 0;
    const grown = sum(change.grown.map(({ length }) => length));
    const pruned = this.#last?.pruned;
    const back = returned + (pruned === undefined ? 0 : overlapOf(pruned, change.grown));
    if (grown + returned > 0) measure('return-rate', back / (grown + returned));
    if (this.#last === undefined) return;
    const came = sum(this.#last.grown.map(({ length }) => length));
    if (came > 0) measure('regret', overlapOf(this.#last.grown, change.pruned) / came);
  }
}

function turnovers(
  pairs: readonly { readonly intersection: number }[],
  active: readonly Positions[],
): number[] {
  return pairs.map(({ intersection }, i) => {
    const { length } = active[i]!;
    return length === 0 ? 0 : (length - intersection) / length;
  });
}

function overlapOf(a: readonly Positions[], b: readonly Positions[]): number {
  return sum(a.map((positions, i) => common(positions, b[i]!).length));
}

/** Ages of the active positions after one more update; what was not there before is 0 updates old. */
function aged(before: Positions, ages: Uint32Array, active: Positions): Uint32Array {
  let b = 0;
  return Uint32Array.from(active, (position) => {
    while (b < before.length && before[b]! < position) b++;
    return before[b] === position ? ages[b]! + 1 : 0;
  });
}
