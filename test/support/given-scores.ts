import { definePlugin, type Plugin, type RegrowCriterion, strategy } from '@espalier/core';

/**
 * A plugin whose regrow criterion `given-scores` takes the candidates with the largest of given scores: what
 * stands in for the random generator in the golden vectors.
 *
 * @param scores - by layer name, one per position
 */
export function givenScores(scores: Readonly<Record<string, readonly number[]>>): Plugin {
  return definePlugin({
    name: 'test-given-scores',
    api: 1,
    strategies: [
      strategy(
        'regrow',
        'given-scores',
        {},
        {
          useFactory: (): RegrowCriterion => ({
            propose(layer) {
              const { positions } = layer.sample(layer.size);
              return { positions, scores: Float64Array.from(positions, (p) => scores[layer.name]![p]!) };
            },
          }),
        },
        { summary: 'The candidates with the largest given scores.' },
      ),
    ],
  });
}
