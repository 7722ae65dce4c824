import { resolve } from 'node:path';
import {
  allPositions,
  describeLayer,
  type EngineState,
  EspalierError,
  type LayerDescription,
  type LayerShape,
  matchLayers,
  type Positions,
  pick,
  type Recipe,
  type StartContext,
  type StateTensor,
  sampleOutside,
  selectLargest,
  sum,
  union,
  valuesAt,
  type WeightInitialiser,
} from '@espalier/core';
import { type ResolvedConfig, RunDirectory, readModel } from '@espalier/runs';
import { weightsOf } from './weights-of.js';

/** The weights of an earlier run that a new one starts from. */
export class TrainedStart {
  readonly #file: string;
  readonly #topology: 'magnitude' | 'given';
  readonly #rewind: boolean;
  readonly #state: EngineState;

  /** @throws EspalierError ESPALIER_UNREADABLE_FILE where the directory has no such weights */
  constructor(from: NonNullable<ResolvedConfig['from']>, baseDirectory: string) {
    const directory = RunDirectory.open(resolve(baseDirectory, from.directory));
    this.#file = weightsOf(directory, from.weights);
    this.#topology = from.topology;
    this.#rewind = from.rewind;
    this.#state = readModel(this.#file).state;
  }

  /**
   * Makes sure that every layer of the network is among the weights, in its shape.
   * @throws EspalierError ESPALIER_DATA_SHAPE naming the first layer that is not
   */
  checkFit(descriptions: readonly LayerDescription[]): void {
    for (const { name, shape } of descriptions) {
      const found = this.#state.parameters[name];
      if (found !== undefined && String(found.shape) === String(shape)) continue;
      const what = found === undefined ? 'has no such layer' : `has it as [${found.shape.join(', ')}]`;
      throw new EspalierError(
        'ESPALIER_DATA_SHAPE',
        `The network's layer "${name}" is [${shape.join(', ')}], but ${this.#file} ${what}; start from a run of the same architecture.`,
      );
    }
  }

  /** The configuration with the density that the run will have: a given topology brings its own. */
  withDensity(config: ResolvedConfig, descriptions: readonly LayerDescription[]): ResolvedConfig {
    if (this.#topology === 'magnitude') return config;
    const shapes = descriptions.map(describeLayer);
    const dense = matchLayers(shapes, config.sparsity.keepDense, 'keepDense');
    const sparse = shapes.filter((_, i) => !dense[i]);
    const active = sum(sparse.map(({ name }) => this.#active(name).length));
    const density = active / sum(sparse.map(({ size }) => size));
    return { ...config, sparsity: { ...config.sparsity, density, budgetIncludesDense: false } };
  }

  /** The recipe with its start replaced by the trained weights, or by their topology. */
  replaceStart(recipe: Recipe): Recipe {
    const named = { name: 'trained', plugin: 'the configuration' } as const;
    const topology = {
      slot: 'topology',
      ...named,
      strategy: {
        place: (layer: LayerShape, count: number, ctx: StartContext) => this.#place(layer, count, ctx),
      },
    } as const;
    const weights: Recipe['weights'] = this.#rewind
      ? // Under its own name it draws what it drew for the dense run.
        { ...recipe.weights, strategy: rewound(recipe) }
      : {
          slot: 'weights',
          ...named,
          strategy: { weights: (layer, positions) => this.#values(layer.name, positions) },
        };
    const allocate = {
      slot: 'allocate',
      ...named,
      strategy: {
        allocate: (layers: readonly LayerShape[]) => layers.map(({ name }) => this.#active(name).length),
      },
    } as const;
    return { ...recipe, topology, weights, ...(this.#topology === 'given' ? { allocate } : {}) };
  }

  /** An engine's first state with biases, normalisation and the like as they were trained. */
  complete(state: EngineState, layers: readonly LayerDescription[]): EngineState {
    if (this.#rewind) return state;
    const masked = new Set(layers.map(({ name }) => name));
    const parameters = Object.entries(state.parameters).map(([name, tensor]): [string, StateTensor] => {
      const trained = this.#state.parameters[name];
      const fits = trained !== undefined && String(trained.shape) === String(tensor.shape);
      return [name, fits && !masked.has(name) ? trained : tensor];
    });
    return { ...state, parameters: Object.fromEntries(parameters) };
  }

  /** The largest weights; where there are fewer than asked for, others are drawn and start at 0. */
  #place(layer: LayerShape, count: number, context: StartContext): Positions {
    const { data } = this.#state.parameters[layer.name]!;
    const active = this.#active(layer.name);
    if (count <= active.length) {
      return pick(active, selectLargest(Float32Array.from(data, Math.abs), count));
    }
    const others = sampleOutside(layer.size, active, count - active.length, context.random('fill', layer));
    return union(active, others);
  }

  #active(name: string): Positions {
    const { positions, data } = this.#state.parameters[name]!;
    return positions ?? allPositions(data.length);
  }

  #values(name: string, positions: Positions): Float32Array {
    const { data } = this.#state.parameters[name]!;
    const active = this.#active(name);
    const values = new Float32Array(positions.length);
    let a = 0;
    for (let i = 0; i < positions.length; i++) {
      while (a < active.length && active[a]! < positions[i]!) a++;
      if (active[a] === positions[i]) values[i] = data[a]!;
    }
    return values;
  }
}

/** The values that the dense network starts with; the oracle asks for those of a whole layer at once. */
function rewound({ weights: { strategy } }: Recipe): WeightInitialiser {
  return {
    weights: (layer, positions, context) =>
      positions.length === layer.size
        ? strategy.weights(layer, positions, context)
        : valuesAt(context.oracle.weights(layer), positions),
  };
}
