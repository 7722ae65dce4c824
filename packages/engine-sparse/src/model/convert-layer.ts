import type { ActivationName, ArchitectureNode, Padding } from '@espalier/core';
import type { Layer } from './layers-model.js';

/** Nodes that compute what a layer does; none where it changes nothing. */
export interface ConvertedLayer {
  readonly nodes: readonly ArchitectureNode[];
  /** Whether a softmax would have to follow. */
  readonly softmax: boolean;
}

/** Where a layer stands. */
export interface LayerSite {
  /** The name of its node. */
  readonly path: string;
  /** Names of the nodes that it reads. */
  readonly inputs: readonly string[];
  /** Axes of what it reads and gives, the batch included. */
  readonly rank: number;
  readonly outputRank: number;
}

type Config = Readonly<Record<string, unknown>>;
type Pair = readonly [number, number];
type Converter = (config: Config, site: LayerSite) => ConvertedLayer;

/** Thrown with what stands in the way, to follow the layer's name. */
export class NotConvertible extends Error {
  /** @param trainsElsewhere - whether another engine trains such a layer */
  constructor(
    what: string,
    readonly trainsElsewhere = true,
  ) {
    super(what);
  }
}

const ACTIVATIONS: Readonly<Record<string, ActivationName>> = {
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  gelu_new: 'gelu',
};

const CONVERTERS: Readonly<Record<string, Converter>> = {
  Dense: (config, site) =>
    activated(config.activation, site, {
      kind: 'dense',
      ...named(site),
      units: config.units as number,
      bias: config.useBias as boolean,
    }),
  Conv1D: convolution,
  Conv2D: convolution,
  DepthwiseConv2D: (config, site) =>
    activated(config.activation, site, {
      kind: 'depthwiseConv2d',
      ...named(site),
      ...windowed(config, 'kernelSize'),
      depthMultiplier: config.depthMultiplier as number,
      bias: config.useBias as boolean,
    }),
  BatchNormalization: ({ axis, center, scale, momentum, epsilon }, site) => {
    if (axis !== -1 && axis !== site.rank - 1)
      throw new NotConvertible('normalises another axis than the last one');
    if (!center || !scale) throw new NotConvertible('has no scale or no shift (gamma, beta)');
    return only({
      kind: 'batchNorm',
      ...named(site),
      momentum: momentum as number,
      epsilon: epsilon as number,
    });
  },
  Activation: ({ activation }, site) => activated(activation, site),
  ReLU: ({ maxValue }, site) => {
    if (typeof maxValue === 'number') throw new NotConvertible(`has the bound maxValue ${maxValue}`);
    return activated('relu', site);
  },
  LeakyReLU: ({ alpha }, site) =>
    only({ kind: 'activation', ...named(site), activation: 'leakyRelu', slope: alpha as number }),
  Softmax: ({ axis }, site) => {
    if (axis !== -1 && axis !== undefined && axis !== site.rank - 1)
      throw new NotConvertible('is a softmax over another axis than the last one');
    return activated('softmax', site);
  },
  MaxPooling1D: pool('maxPool2d'),
  MaxPooling2D: pool('maxPool2d'),
  AveragePooling1D: pool('averagePool2d'),
  AveragePooling2D: pool('averagePool2d'),
  GlobalAveragePooling1D: globalPool('globalAveragePool'),
  GlobalAveragePooling2D: globalPool('globalAveragePool'),
  GlobalMaxPooling1D: globalPool('globalMaxPool'),
  GlobalMaxPooling2D: globalPool('globalMaxPool'),
  Flatten: (config, site) => {
    checkLast(config);
    return only({ kind: 'flatten', ...named(site) });
  },
  Reshape: (_, site) => {
    if (site.outputRank !== 2) throw new NotConvertible('reshapes to more than one axis');
    return only({ kind: 'flatten', ...named(site) });
  },
  Dropout: ({ rate, noiseShape }, site) => {
    if (noiseShape != null) throw new NotConvertible('has a noiseShape');
    return only({ kind: 'dropout', ...named(site), rate: rate as number });
  },
  Add: (_, site) => only({ kind: 'add', ...named(site) }),
};

/**
 * A layer as nodes; with a weight or not, the first of them has the layer's path for a name.
 * @throws NotConvertible saying what stands in the way
 */
export function convertLayer(layer: Layer, site: LayerSite): ConvertedLayer {
  const kind = layer.getClassName();
  const convert = Object.hasOwn(CONVERTERS, kind) ? CONVERTERS[kind] : undefined;
  if (convert === undefined) throw new NotConvertible(`is of the kind ${kind}`);
  const config = layer.getConfig();
  const regularizer = Object.keys(config).find((key) => key.endsWith('Regularizer') && config[key] != null);
  if (regularizer !== undefined) throw new NotConvertible(`has a ${regularizer}`);
  const frozen = layer.weights.find(
    ({ originalName, trainable }) =>
      !/moving_(mean|variance)$/.test(originalName) && !(trainable && layer.trainable),
  );
  if (frozen !== undefined) throw new NotConvertible('has weights that are not trained');
  return convert(config, site);
}

function named({ path, inputs }: LayerSite) {
  return { name: path, inputs };
}

function only(node: ArchitectureNode): ConvertedLayer {
  return { nodes: [node], softmax: false };
}

/** A node, if any, and the activation that its layer applies to it. */
function activated(activation: unknown, site: LayerSite, node?: ArchitectureNode): ConvertedLayer {
  const nodes = node === undefined ? [] : [node];
  if (activation == null || activation === 'linear') return { nodes, softmax: false };
  if (activation === 'softmax') return { nodes, softmax: true };
  const known = ACTIVATIONS[String(activation)];
  if (known === undefined) throw new NotConvertible(`has the activation ${String(activation)}`);
  const own =
    node === undefined ? named(site) : { name: `${site.path}/activation`, inputs: [site.path] as const };
  return { nodes: [...nodes, { kind: 'activation', ...own, activation: known }], softmax: false };
}

function convolution(config: Config, site: LayerSite): ConvertedLayer {
  return activated(config.activation, site, {
    kind: 'conv2d',
    ...named(site),
    ...windowed(config, 'kernelSize'),
    filters: config.filters as number,
    bias: config.useBias as boolean,
  });
}

function pool(kind: 'maxPool2d' | 'averagePool2d'): Converter {
  return (config, site) => only({ kind, ...named(site), ...windowed(config, 'poolSize') });
}

function globalPool(kind: 'globalAveragePool' | 'globalMaxPool'): Converter {
  return (config, site) => {
    checkLast(config);
    return only({ kind, ...named(site) });
  };
}

/** A window over images; over sequences it is one over images of height 1. */
function windowed<K extends 'kernelSize' | 'poolSize'>(config: Config, extent: K) {
  checkLast(config);
  const rates = [config.dilationRate ?? 1].flat();
  if (rates.some((rate) => rate !== 1))
    throw new NotConvertible(`is dilated by [${rates.join(', ')}]`, false);
  const { padding } = config;
  if (padding !== 'valid' && padding !== 'same')
    throw new NotConvertible(`has the padding ${String(padding)}`);
  return {
    [extent]: pairOf(config[extent]),
    strides: pairOf(config.strides),
    padding: padding as Padding,
  } as { readonly [key in K]: Pair } & { readonly strides: Pair; readonly padding: Padding };
}

function pairOf(value: unknown): Pair {
  const sizes = [value].flat() as number[];
  return sizes.length === 1 ? [1, sizes[0]!] : [sizes[0]!, sizes[1]!];
}

function checkLast({ dataFormat }: Config): void {
  if (dataFormat === 'channelsFirst') throw new NotConvertible('has channels first');
}
