import type * as tf from '@tensorflow/tfjs';

/** What TensorFlow.js keeps in layers beyond its public typings, and Espalier has to see. */
export interface LayerInternals {
  readonly layers?: readonly tf.layers.Layer[];
  /** The layer that a TimeDistributed repeats. */
  readonly layer?: tf.layers.Layer;
  /** What a Sequential builds. */
  readonly model?: tf.LayersModel;
  readonly activation?: { getClassName(): string };
  readonly dataFormat?: 'channelsFirst' | 'channelsLast';
  readonly dilationRate?: number | readonly number[];
  readonly rate?: number;
  readonly axis?: number | readonly number[];
  readonly inboundNodes: readonly { readonly outputShapes: readonly tf.Shape[] }[];
  getNoiseShape?(input: tf.Tensor): number[] | undefined;
}

/** A layer with its internals in sight. */
export function internals(layer: tf.layers.Layer): LayerInternals {
  return layer as unknown as LayerInternals;
}

/** A layer of a model with the path it is known by. */
export interface PlacedLayer {
  readonly path: string;
  readonly layer: tf.layers.Layer;
  /** The layer whose output it makes: itself, or what repeats it over time. */
  readonly outer: tf.layers.Layer;
}

/** Whether a value is a tf.LayersModel, of whichever copy of TensorFlow.js it comes from. */
export function isLayersModel(value: unknown): value is tf.LayersModel {
  const model = value as { apply?: unknown; layers?: unknown; weights?: unknown } | null | undefined;
  return typeof model?.apply === 'function' && Array.isArray(model.layers) && 'weights' in model;
}

/** The functional model inside a Sequential; any other model itself. */
export function functionalModel(model: tf.LayersModel): tf.LayersModel {
  // A Sequential puts its functional model together when it is first used; this is a first use.
  if (!model.built && model.outputs.length > 0) model.build(model.inputs[0]!.shape);
  return internals(model).model ?? model;
}

/**
 * The layers of a model that have no layers inside, in order, those of nested models by their path. A layer
 * used in several places comes once.
 */
export function leafLayers(model: tf.LayersModel): readonly PlacedLayer[] {
  const found = new Map<tf.layers.Layer, PlacedLayer>();
  const walk = (layer: tf.layers.Layer, path: string) => {
    const { layers, layer: repeated } = internals(layer);
    if (layers) for (const inner of layers) walk(inner, `${path}/${inner.name}`);
    else {
      const leaf = layer.getClassName() === 'TimeDistributed' ? repeated! : layer;
      if (!found.has(leaf)) found.set(leaf, { path, layer: leaf, outer: layer });
    }
  };
  for (const layer of model.layers) walk(layer, layer.name);
  return [...found.values()];
}
