import {
  type About,
  allPositions,
  type MethodDefinition,
  method,
  type Options,
  type OptionsOf,
  pick,
  type StrategyDefinition,
  selectLargest,
  strategy,
  sum,
} from '@espalier/core';
import { countsOf, type Scoring, scoresOf } from './scores.js';

/** What sets one kind of pruning at the start apart from another. */
export interface OneShot<D extends Options> {
  readonly name: string;
  readonly defaults: D;
  readonly scoring: (options: OptionsOf<D>) => Scoring;
  /** Completes "...: the highest". */
  readonly what: string;
  readonly about: Pick<About<OptionsOf<D>>, 'options' | 'paper' | 'check'>;
}

/** An allocator, a topology and a static method that keep the positions with the highest scores. */
export interface OneShotParts {
  readonly strategies: readonly (StrategyDefinition<'allocate'> | StrategyDefinition<'topology'>)[];
  readonly method: MethodDefinition;
}

/** Makes the parts of one kind of pruning at the start. */
export function oneShot<const D extends Options>(kind: OneShot<D>): OneShotParts {
  const { name, defaults, about, what } = kind;
  const scorer = (options: OptionsOf<D>) => {
    const scoring = kind.scoring(options);
    const key = `${name} ${JSON.stringify(options)}`;
    return (...[context, density]: Parameters<Scoring>) => scoresOf(key, scoring, context, density);
  };
  return {
    strategies: [
      strategy(
        'allocate',
        name,
        defaults,
        {
          useFactory: (options) => {
            const scores = scorer(options);
            return {
              async allocate(layers, budget, context) {
                const density = budget / sum(layers.map(({ size }) => size));
                return countsOf(await scores(context, density), budget);
              },
            };
          },
        },
        { summary: `As many weights as the layer has of the highest scores anywhere: ${what}.`, ...about },
      ),
      strategy(
        'topology',
        name,
        defaults,
        {
          useFactory: (options) => {
            const scores = scorer(options);
            return {
              async place(layer, count, context) {
                const own = (await scores(context, context.density))[layer.index]!;
                return pick(allPositions(layer.size), selectLargest(own, count));
              },
            };
          },
        },
        { summary: `The positions of the layer with the highest scores: ${what}.`, ...about },
      ),
    ],
    method: method(
      name,
      defaults,
      (options) => ({
        allocate: { use: name, ...options },
        topology: { use: name, ...options },
        weights: 'as-scored',
      }),
      {
        summary: `Pruned once, before training, and static from then on; what stays has the highest scores: ${what}.`,
        ...about,
      },
    ),
  };
}
