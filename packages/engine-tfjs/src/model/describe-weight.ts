import type { LayerDescription, LayerKind } from '@espalier/core';
import type * as tf from '@tensorflow/tfjs';
import { internals, type PlacedLayer } from './layer-access.js';

/** Which weights of which layers are maskable unless told otherwise, and how their shapes are read. */
const MASKABLE: Readonly<Record<string, Readonly<Record<string, LayerKind>>>> = {
  Dense: { kernel: 'dense' },
  Conv1D: { kernel: 'convolution' },
  Conv2D: { kernel: 'convolution' },
  Conv3D: { kernel: 'convolution' },
  Conv2DTranspose: { kernel: 'transposed' },
  Conv3DTranspose: { kernel: 'transposed' },
  DepthwiseConv2D: { depthwise_kernel: 'depthwise' },
  SeparableConv2D: { depthwise_kernel: 'depthwise', pointwise_kernel: 'convolution' },
  EspalierGroupedConv2d: { kernel: 'convolution' },
};

/**
 * Describes a weight as a maskable layer.
 * @param name - the weight's own name
 * @param asked - whether the weight is to be masked even where its layer's weights are not by default
 * @returns undefined where it is not to be masked, or has less than two axes
 */
export function describeWeight(
  placed: PlacedLayer,
  weight: tf.LayerVariable,
  name: string,
  asked: boolean,
): LayerDescription | undefined {
  const shape = weight.shape as number[];
  const known = MASKABLE[placed.layer.getClassName()]?.[name.slice(name.lastIndexOf('/') + 1)];
  if (!known && (!asked || shape.length < 2)) return undefined;
  const kind = known ?? (shape.length === 2 ? 'dense' : 'convolution');
  const groups = kind === 'depthwise' ? shape.at(-2) : (placed.layer as { groups?: number }).groups;
  return {
    name,
    kind,
    shape,
    ...(groups === undefined ? {} : { groups }),
    outputPositions: outputPositions(placed.outer),
  };
}

/** Whether weights of a layer are maskable without being asked for; then its output are units of the last of them. */
export function isMaskable(layer: tf.layers.Layer): boolean {
  return layer.getClassName() in MASKABLE;
}

/** Spatial positions of a layer's output; 1 where they are not known in advance. */
function outputPositions(layer: tf.layers.Layer): number {
  const { inboundNodes, dataFormat } = internals(layer);
  const shape = inboundNodes[0]?.outputShapes[0];
  if (!shape) return 1;
  const spatial = dataFormat === 'channelsFirst' ? shape.slice(2) : shape.slice(1, -1);
  return spatial.reduce<number>((product, size) => product * (size ?? 1), 1);
}
