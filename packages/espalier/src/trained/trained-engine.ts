import {
  allPositions,
  createRandomSource,
  type Engine,
  type EngineState,
  EspalierError,
  type LayerDescription,
  type Loss,
  type Network,
  type StartLayer,
} from '@espalier/core';
import { chooseEngine, type EngineChoice } from '../engines/engines.js';
import type { TrainedWeights } from './trained-network.js';

/** What an engine with trained weights is made of. */
export interface TrainedEngineParts {
  readonly trained: TrainedWeights;
  readonly network: Network;
  readonly loss: Loss;
  readonly choice: Omit<EngineChoice, 'density' | 'loss'>;
}

// Nothing is trained any more: the fewest slots that an engine has.
const OPTIMIZER = { use: 'sgd', learningRate: 1 } as const;

/**
 * An engine whose network has trained weights, where they are active only.
 * @throws EspalierError ESPALIER_DATA_SHAPE where the weights are those of another network, and for the engine as
 *   `chooseEngine` does
 */
export async function trainedEngine(parts: TrainedEngineParts): Promise<Engine> {
  const { trained, network, loss, choice } = parts;
  const { parameters } = trained.state;
  const factory = await chooseEngine({ ...choice, loss, density: densityOf(trained.state) }, network);
  const start = factory.inspect(network).map((layer) => startOf(layer, trained));
  const random = createRandomSource(0);
  const engine = await factory.create({
    network,
    loss,
    optimizer: OPTIMIZER,
    start,
    random: (purpose, name, step) => random.stream(purpose, name, step),
  });
  try {
    const { slots } = await engine.save();
    engine.load({ parameters, slots });
    return engine;
  } catch (error) {
    engine.dispose();
    throw error;
  }
}

function startOf({ name, shape }: LayerDescription, { state, file }: TrainedWeights): StartLayer {
  const found = Object.hasOwn(state.parameters, name) ? state.parameters[name] : undefined;
  if (found === undefined || String(found.shape) !== String(shape)) {
    const what = found === undefined ? 'has no such layer' : `has it as [${found.shape.join(', ')}]`;
    throw new EspalierError(
      'ESPALIER_DATA_SHAPE',
      `The network's layer "${name}" is [${shape.join(', ')}], but ${file} ${what}; give the network that was trained.`,
    );
  }
  const { data, positions } = found;
  return { name, active: positions ?? allPositions(data.length), weights: Float32Array.from(data) };
}

/** Share of the values of sparse tensors that are there. */
function densityOf({ parameters }: EngineState): number {
  let [there, size] = [0, 0];
  for (const { shape, data, positions } of Object.values(parameters)) {
    if (positions === undefined) continue;
    there += data.length;
    size += shape.reduce((product, n) => product * n, 1);
  }
  return size === 0 ? 1 : there / size;
}
