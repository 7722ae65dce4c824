import {
  type CommittedLayer,
  type CommittedUpdate,
  type LayerView,
  type Positions,
  type Proposal,
  type RegrowCriterion,
  strategy,
  type UpdateContext,
  union,
  without,
} from '@espalier/core';

/** |g| + c ln(t) / (N + eps): large gradients come, and so do weights that were active in few topologies. */
export const exploration = strategy(
  'regrow',
  'exploration',
  { c: 0.001, eps: 1 },
  { useFactory: ({ c, eps }) => new Exploration(c, eps) },
  {
    summary:
      'The candidates with the largest |gradient| + c ln(step) / (N + eps), N being how many topologies so far had the weight.',
    options: {
      c: 'how much exploring counts beside the gradient, not negative',
      eps: 'how much less it counts for weights that were active before: the smaller, the more, above 0',
    },
    paper: 'Huang et al., DST-EE, 2022, arXiv 2211.16667',
    check: ({ c, eps }) => {
      if (!(c >= 0)) return `c is ${c}, but must not be negative.`;
      return eps > 0 ? undefined : `eps is ${eps}, but must be above 0.`;
    },
  },
);

/** How many topologies had each of the weights that were ever active. */
type Counts = {
  readonly positions: Positions;
  readonly counts: Uint32Array;
};

class Exploration implements RegrowCriterion {
  readonly needs = ['gradient'] as const;
  /** By layer; memory grows with the weights explored, not with the layers. */
  state: { readonly [layer: string]: Counts } = {};
  readonly #c: number;
  readonly #eps: number;

  constructor(c: number, eps: number) {
    this.#c = c;
    this.#eps = eps;
  }

  propose(layer: LayerView, count: number, { step }: UpdateContext): Proposal {
    const explored = this.state[layer.name] ?? first(layer.before);
    const returning = without(explored.positions, layer.active).length;
    // A candidate that was never active has the largest bonus, so one outside the `count` strongest of those and all that
    // were active before can not win, however its own count stands.
    const { positions, scores: gradients } = layer.strongest('gradient', count + returning);
    const scale = this.#c * Math.log(Math.max(1, step));
    const scores = new Float64Array(positions.length);
    let e = 0;
    for (let i = 0; i < positions.length; i++) {
      while (e < explored.positions.length && explored.positions[e]! < positions[i]!) e++;
      const known = e < explored.positions.length && explored.positions[e] === positions[i];
      scores[i] = gradients[i]! + scale / ((known ? explored.counts[e]! : 0) + this.#eps);
    }
    return { positions, scores };
  }

  committed({ layers }: CommittedUpdate): void {
    const next: Record<string, Counts> = {};
    for (const layer of layers) next[layer.layer.name] = counted(this.state[layer.layer.name], layer);
    this.state = next;
  }
}

/** The topology that training began with counts as one. */
function first(positions: Positions): Counts {
  return { positions: positions.slice(), counts: new Uint32Array(positions.length).fill(1) };
}

function counted(known: Counts | undefined, { active, grown, pruned }: CommittedLayer): Counts {
  const { positions, counts } = known ?? first(union(without(active, grown), pruned));
  const all = union(positions, active);
  const sums = new Uint32Array(all.length);
  let p = 0;
  let a = 0;
  for (let i = 0; i < all.length; i++) {
    if (p < positions.length && positions[p] === all[i]) sums[i]! += counts[p++]!;
    if (a < active.length && active[a] === all[i]) {
      sums[i]!++;
      a++;
    }
  }
  return { positions: all, counts: sums };
}
