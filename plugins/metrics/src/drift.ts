import {
  createRandomSource,
  EspalierError,
  type Observer,
  type Probe,
  type ProbedLayer,
  type StartContext,
  type StrategyServices,
  shareDistance,
  strategy,
  sum,
} from '@espalier/core';
import { kendallTau } from './kendall.js';
import { nonZerosOf, sizeOf, sparseOf } from './layers.js';

/** How far the layers' shares of the weights have moved from the start, and whether towards another allocation. */
export const drift = strategy(
  'observe',
  'drift',
  { toward: 'erk' },
  { useFactory: ({ toward }, services) => new DriftObserver(toward, services) },
  {
    summary:
      "How far the layers' shares of the weights are from those of the start (`distance`), whether layers kept the order of their densities (`rank-stability`), and how much of the way leads to an allocation (`along`) or elsewhere (`residual`).",
    options: { toward: 'name of the allocator that `along` and `residual` are of' },
  },
);

class DriftObserver implements Observer {
  readonly #toward: string;
  readonly #services: StrategyServices;
  #start: readonly number[] | undefined;
  #densities: readonly number[] = [];
  #target: readonly number[] = [];

  constructor(toward: string, services: StrategyServices) {
    this.#toward = toward;
    this.#services = services;
  }

  observe(): void {}

  readonly probe: Probe = {
    due: (_clock, updates) => updates,
    look: (layers, _clock, measure) => {
      const sparse = sparseOf(layers);
      if (sparse.length === 0) return;
      const counts = sparse.map(({ active }) => active.length);
      const densities = sparse.map(({ active, size }) => active.length / size);
      if (this.#start === undefined) {
        this.#start = counts;
        this.#densities = densities;
        this.#target = this.#allocate(sparse);
      }
      measure('distance', shareDistance(this.#start, counts));
      measure('rank-stability', kendallTau(this.#densities, densities));
      const { along, residual } = decompose(shares(this.#start), shares(counts), shares(this.#target));
      measure('along', along);
      measure('residual', residual);
    },
  };

  #allocate(layers: readonly ProbedLayer[]): readonly number[] {
    const allocator = this.#services.strategy('allocate', this.#toward);
    const counts = allocator.allocate(layers, nonZerosOf(layers), this.#context(layers));
    if (!(counts instanceof Promise)) return counts;
    // Whatever comes of it is of no use.
    counts.catch(() => {});
    throw noOracle(this.#toward);
  }

  #context(layers: readonly ProbedLayer[]): StartContext {
    const source = createRandomSource(this.#services.run.seed);
    const refuse = () => {
      throw noOracle(this.#toward);
    };
    return {
      density: nonZerosOf(layers) / sizeOf(layers),
      layers,
      random: (purpose, layer) => source.stream(`drift/${purpose}`, layer?.name ?? '', 0),
      report: () => {},
      oracle: { weights: refuse, gradients: refuse, batch: refuse },
    };
  }
}

/**
 * A move of shares split into the part along the way from the start to a target, and the length of the rest.
 *
 * @returns `along` 1 at the target, 0 where nothing leads there or the start is the target
 */
export function decompose(
  start: readonly number[],
  now: readonly number[],
  target: readonly number[],
): { readonly along: number; readonly residual: number } {
  const move = now.map((share, i) => share - start[i]!);
  const way = target.map((share, i) => share - start[i]!);
  // Squares of a very short way would be 0, or of few digits.
  const extent = Math.max(...way.map(Math.abs));
  if (extent === 0) return { along: 0, residual: Math.hypot(...move) };
  const unit = way.map((each) => each / extent);
  const steps = sum(move.map((each, i) => each * unit[i]!)) / sum(unit.map((each) => each ** 2));
  return { along: steps / extent, residual: Math.hypot(...move.map((each, i) => each - steps * unit[i]!)) };
}

function shares(counts: readonly number[]): number[] {
  const total = sum(counts);
  return counts.map((count) => count / total);
}

function noOracle(name: string): EspalierError {
  return new EspalierError(
    'ESPALIER_NO_ORACLE',
    `The observer "drift" can't tell what the allocator "${name}" would do: it looks at gradients. Name one that decides by shapes, such as erk.`,
  );
}
