import type * as tf from '@tensorflow/tfjs';
import { functionalModel, internals } from './layer-access.js';

/** Kernels whose units the channels of a tensor are: none for the network's input, undefined where unknown. */
type Origin = readonly string[] | undefined;

/** What the tensors of one use of a model come from; its inputs are there from the beginning. */
type Origins = Map<tf.SymbolicTensor, Origin>;

/** Layers that keep channels apart and in order. */
const KEEPS_CHANNELS: ReadonlySet<string> = new Set([
  ...['Activation', 'ReLU', 'LeakyReLU', 'PReLU', 'ELU', 'ThresholdedReLU', 'Softmax'],
  ...['Dropout', 'SpatialDropout1D', 'AlphaDropout', 'GaussianDropout', 'GaussianNoise'],
  ...['BatchNormalization', 'LayerNormalization'],
  ...['MaxPooling1D', 'MaxPooling2D', 'MaxPooling3D'],
  ...['AveragePooling1D', 'AveragePooling2D', 'AveragePooling3D'],
  ...['GlobalMaxPooling1D', 'GlobalMaxPooling2D', 'GlobalAveragePooling1D', 'GlobalAveragePooling2D'],
  ...['ZeroPadding2D', 'Cropping2D', 'UpSampling2D'],
]);

/** Layers whose output comes from all inputs, channel by channel. */
const SUMS: ReadonlySet<string> = new Set(['Add', 'Average']);

/**
 * Finds the maskable layers whose units reach each maskable layer of a model.
 * @param kernels - names of the maskable weights of each layer, in the order in which they are applied
 * @returns by name; without those where it can't be told, as for a layer used in several places
 */
export function channelSources(
  model: tf.LayersModel,
  kernels: ReadonlyMap<tf.layers.Layer, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Origin>();
  const network = functionalModel(model);
  const origins: Origins = new Map(network.inputs.map((input) => [input, []]));
  for (const output of network.outputs) originOf(output, origins);
  const known = new Map<string, readonly string[]>();
  for (const [name, sources] of found) if (sources) known.set(name, sources);
  return known;

  function originOf(tensor: tf.SymbolicTensor, origins: Origins): Origin {
    if (!origins.has(tensor)) origins.set(tensor, trace(tensor, origins));
    return origins.get(tensor);
  }

  function trace(tensor: tf.SymbolicTensor, origins: Origins): Origin {
    const layer = tensor.sourceLayer;
    const incoming = tensor.inputs.map((input) => originOf(input, origins));
    if (internals(layer).layers) return throughModel(layer as tf.LayersModel, incoming);
    const leaf = layer.getClassName() === 'TimeDistributed' ? internals(layer).layer! : layer;
    const own = kernels.get(leaf);
    const origin = internals(layer).dataFormat === 'channelsFirst' ? onlyInput(incoming[0]) : incoming[0];
    if (own?.length) {
      own.forEach((name, i) => {
        note(name, i === 0 ? origin : [own[i - 1]!]);
      });
      return hasChannelsLast(layer) ? own.slice(-1) : undefined;
    }
    if (SUMS.has(leaf.getClassName())) return merge(incoming);
    return keepsChannels(leaf, tensor, origin) ? origin : undefined;
  }

  function throughModel(model: tf.LayersModel, incoming: readonly Origin[]): Origin {
    const inner = functionalModel(model);
    const origins: Origins = new Map(inner.inputs.map((input, i) => [input, incoming[i]]));
    return inner.outputs.map((output) => originOf(output, origins))[0];
  }

  function note(name: string, origin: Origin): void {
    const differs = found.has(name) && found.get(name)?.join() !== origin?.join();
    found.set(name, differs ? undefined : origin);
  }
}

function hasChannelsLast(layer: tf.layers.Layer): boolean {
  return internals(layer).dataFormat !== 'channelsFirst';
}

function onlyInput(origin: Origin): Origin {
  return origin?.length === 0 ? origin : undefined;
}

function keepsChannels(
  layer: tf.layers.Layer,
  { shape, inputs }: tf.SymbolicTensor,
  origin: Origin,
): boolean {
  const kind = layer.getClassName();
  if (kind !== 'Flatten' && kind !== 'Reshape') return KEEPS_CHANNELS.has(kind) && hasChannelsLast(layer);
  // Row-major values count their channels fastest, as long as no row begins in the middle of them.
  const whole = shape.at(-1)! % inputs[0]!.shape.at(-1)! === 0;
  return origin?.length === 0 || (hasChannelsLast(layer) && whole);
}

function merge(origins: readonly Origin[]): Origin {
  const known = origins.filter((origin) => origin !== undefined);
  const fromInput = known.filter(({ length }) => length === 0).length;
  if (known.length < origins.length || (fromInput > 0 && fromInput < known.length)) return undefined;
  return [...new Set(known.flat())];
}
