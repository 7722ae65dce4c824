import { definePlugin, type Scores, type Structure, strategy } from 'espalier';

/** Indices of the first of each pair of positions, the pair with the largest sum of scores first. */
function pairsByScore(positions: ArrayLike<number>, scores: Scores): number[] {
  const firsts: number[] = [];
  for (let i = 0; i < positions.length; i++) if (positions[i]! % 2 === 0) firsts.push(i);
  return firsts.sort((a, b) => scores[b]! + scores[b + 1]! - (scores[a]! + scores[a + 1]!));
}

/** Positions 2k and 2k + 1 hold weights together or not at all. */
const pairs: Structure = {
  fit: (_layer, count) => count - (count % 2),
  place(layer, count, context) {
    const random = context.random('pairs', layer);
    const all = Array.from({ length: Math.floor(layer.size / 2) }, (_, pair) => ({
      pair,
      ticket: random.uniform(),
    }));
    const chosen = all.sort((a, b) => a.ticket - b.ticket).slice(0, count / 2);
    return Uint32Array.from(chosen.flatMap(({ pair }) => [2 * pair, 2 * pair + 1])).sort();
  },
  keep(layer, scores, count) {
    const best = pairsByScore(layer.active, scores).slice(0, Math.floor(count / 2));
    return Uint32Array.from(best.flatMap((i) => [i, i + 1])).sort();
  },
  grow(_layer, { positions, scores }, count) {
    const best = pairsByScore(positions, scores).slice(0, Math.floor(count / 2));
    return Uint32Array.from(best.flatMap((i) => [positions[i]!, positions[i + 1]!])).sort();
  },
};

export default definePlugin({
  name: '@acme/espalier-plugin-pairs',
  api: 1,
  strategies: [
    strategy(
      'structure',
      'acme/pairs',
      {},
      { useFactory: () => pairs },
      { summary: 'Weights come in pairs.' },
    ),
  ],
});
