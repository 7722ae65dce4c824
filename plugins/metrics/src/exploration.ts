import { Exploration, type Observer, type Probe, strategy, sum } from '@espalier/core';
import { measureBoth, nonZerosOf, sizeOf, sparseOf } from './layers.js';

/** Which share of all positions has been active so far, and how large it could have become. */
export const exploration = strategy(
  'observe',
  'exploration',
  {},
  { useFactory: () => new ExplorationObserver() },
  {
    summary:
      'The share of positions that were active at some time, R_s (`rate`, and by layer), and what it would be had no position come twice (`bound`).',
    paper: 'Liu et al., 2021, arXiv 2102.02887',
  },
);

class ExplorationObserver implements Observer {
  /** Of each sparse layer. */
  #byLayer: readonly Exploration[] = [];
  /** Positions at the start, and those that came since, each time counted. */
  #came = 0;
  #sizes: readonly number[] = [];

  observe: Observer['observe'] = (event) => {
    if (event.type === 'topology:update') this.#came += event.grown;
  };

  readonly probe: Probe = {
    due: (_clock, updates) => updates,
    look: (layers, _clock, measure) => {
      const sparse = sparseOf(layers);
      if (sparse.length === 0) return;
      if (this.#byLayer.length === 0) {
        this.#sizes = sparse.map(({ size }) => size);
        // What an engine shows may change under its hands.
        this.#byLayer = sparse.map(({ active, size }) => new Exploration([active.slice()], [size]));
        this.#came = nonZerosOf(sparse);
      } else {
        for (const [i, explored] of this.#byLayer.entries()) explored.add([sparse[i]!.active]);
      }
      const all = sizeOf(sparse);
      const rates = this.#byLayer.map(({ rate }) => rate);
      const explored = sum(rates.map((rate, i) => rate * this.#sizes[i]!));
      measureBoth(measure, 'rate', explored / all, rates);
      measure('bound', Math.min(1, this.#came / all));
    },
  };
}
