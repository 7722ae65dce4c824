import type { EngineLayer, Positions, Proposal, Signal } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { pick, selectLargest } from '../selection/index.js';

interface Cached {
  readonly limit: number;
  readonly atLeast: number;
  readonly proposal: Proposal;
}

/**
 * The candidates of one layer: every position that is not excluded. Remembers the strongest of each signal, so
 * that a criterion which ranks what a redistributor ranked before costs no second pass over the layer.
 */
export class Candidates {
  readonly #layer: EngineLayer;
  readonly #size: number;
  /** What a layer answered, and what was taken from that. */
  readonly #cache = new Map<Signal, Cached[]>();
  #excluded: Positions | (() => Positions);

  /** @param excluded - or what makes them, asked again whenever they are needed */
  constructor(layer: EngineLayer, size: number, excluded: Positions | (() => Positions)) {
    this.#layer = layer;
    this.#size = size;
    this.#excluded = excluded;
  }

  get excluded(): Positions {
    return typeof this.#excluded === 'function' ? this.#excluded() : this.#excluded;
  }

  get count(): number {
    return this.#size - this.excluded.length;
  }

  /** @param excluded - as in the constructor */
  exclude(excluded: Positions | (() => Positions)): void {
    if (excluded === this.#excluded) return;
    this.#excluded = excluded;
    this.#cache.clear();
  }

  strongest(signal: Signal, limit: number, atLeast: number): Proposal {
    const known = this.#cache.get(signal) ?? [];
    for (let i = known.length - 1; i >= 0; i--) {
      const cached = known[i]!;
      const answer = fromCache(cached, limit, atLeast);
      if (answer === undefined) continue;
      if (answer !== cached.proposal) known.push({ limit, atLeast, proposal: answer });
      return answer;
    }
    try {
      const proposal = this.#layer.strongest(signal, limit, this.excluded, atLeast);
      this.#cache.set(signal, [{ limit, atLeast, proposal }]);
      return proposal;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new EspalierError(
        'ESPALIER_NOT_FINITE',
        `Layer "${this.#layer.name}": the signal "${signal}" is not finite. ${error.message}`,
        { cause: error },
      );
    }
  }
}

/** A cached answer holds either the strongest `proposal.length`, or all that reach `atLeast`. */
function fromCache(cached: Cached, limit: number, atLeast: number): Proposal | undefined {
  const { proposal } = cached;
  const length = proposal.positions.length;
  const complete = length < cached.limit && atLeast >= cached.atLeast;
  if (!complete && limit > length) return undefined;
  const strongest = best(proposal, limit);
  return atLeast > cached.atLeast ? reaching(strongest, atLeast) : strongest;
}

/** The entries of a proposal with the largest scores, all where there are no more. */
export function best(proposal: Proposal, limit: number): Proposal {
  const { scores } = proposal;
  return limit < scores.length ? choose(proposal, selectLargest(scores, limit)) : proposal;
}

function reaching(proposal: Proposal, atLeast: number): Proposal {
  const indices = Uint32Array.from(proposal.scores.keys()).filter((i) => proposal.scores[i]! >= atLeast);
  return choose(proposal, indices);
}

/** The entries of a proposal at some ascending indices. */
function choose(proposal: Proposal, indices: Uint32Array): Proposal {
  if (indices.length === proposal.positions.length) return proposal;
  const scores = proposal.scores.slice(0, indices.length);
  for (let i = 0; i < indices.length; i++) scores[i] = proposal.scores[indices[i]!]!;
  return { positions: pick(proposal.positions, indices), scores };
}
