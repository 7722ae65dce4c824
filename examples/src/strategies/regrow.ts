import { definePlugin, strategy } from 'espalier';

/** Of `choices` times as many candidates as are needed, drawn at random, those win whose units have the fewest inputs. */
const needyUnits = strategy(
  'regrow',
  'acme/needy-units',
  { choices: 4 },
  {
    useFactory: ({ choices }) => ({
      propose(layer, count) {
        const inputs = new Uint32Array(layer.units);
        for (const position of layer.active) inputs[layer.unitOf(position)]!++;
        const { positions } = layer.sample(choices * count);
        return { positions, scores: Float32Array.from(positions, (p) => -inputs[layer.unitOf(p)]!) };
      },
    }),
  },
  { summary: 'Where units have few inputs.', options: { choices: 'candidates drawn per place, at least 1' } },
);

export default definePlugin({ name: '@acme/espalier-plugin-regrow', api: 1, strategies: [needyUnits] });
