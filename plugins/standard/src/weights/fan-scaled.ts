import { type LayerShape, type Positions, strategy, type WeightInitialiser } from '@espalier/core';
import { activeFanIns, activeFanOuts } from './fans.js';

const PAPER =
  'Evci, Ioannou, Keskin, Dauphin, Gradient Flow in Sparse Neural Networks, 2022, arXiv 2010.03533; ';

/** Normal weights with variance 2 / k, k the active weights into the unit: for ReLU networks. */
export const he = strategy(
  'weights',
  'he',
  {},
  {
    useFactory: () => byFanIn((fanIn) => Math.sqrt(2 / fanIn)),
  },
  {
    summary: 'Normal with variance 2 / k, k being the number of active weights into the unit.',
    paper: `${PAPER}He et al., 2015, arXiv 1502.01852`,
  },
);

/** Normal weights with variance 1 / k, k the active weights into the unit: for linear and SELU networks. */
export const lecun = strategy(
  'weights',
  'lecun',
  {},
  {
    useFactory: () => byFanIn((fanIn) => Math.sqrt(1 / fanIn)),
  },
  {
    summary: 'Normal with variance 1 / k, k being the number of active weights into the unit.',
    paper: `${PAPER}LeCun et al., Efficient BackProp, 1998`,
  },
);

/** Normal weights with variance 2 / (k + j), k the active weights into the unit, j those out of the input. */
export const glorot = strategy(
  'weights',
  'glorot',
  {},
  {
    useFactory: () => ({
      weights(layer, positions, context) {
        const into = activeFanIns(layer, positions);
        const out = activeFanOuts(layer, positions);
        const random = context.random('values', layer);
        return valuesAt(positions, (position) => {
          const fans = into[layer.unitOf(position)]! + out[layer.inputOf(position)]!;
          return Math.sqrt(2 / fans) * random.normal();
        });
      },
    }),
  },
  {
    summary:
      'Normal with variance 2 / (k + j), k being the number of active weights into the unit, j out of the input.',
    paper: `${PAPER}Glorot, Bengio, 2010`,
  },
);

// The fan of the dense layer would make activations too small by the root of the density.
function byFanIn(deviation: (fanIn: number) => number): WeightInitialiser {
  return {
    weights(layer: LayerShape, positions: Positions, context) {
      const scales = Float64Array.from(activeFanIns(layer, positions), deviation);
      const random = context.random('values', layer);
      return valuesAt(positions, (position) => scales[layer.unitOf(position)]! * random.normal());
    },
  };
}

function valuesAt(positions: Positions, value: (position: number) => number): Float32Array {
  const values = new Float32Array(positions.length);
  for (let i = 0; i < values.length; i++) values[i] = value(positions[i]!);
  return values;
}
