import type { Conv2dNode, DepthwiseConv2dNode, Padding, Pool2dNode } from '@espalier/core';
import { showShape } from '../shape.js';
import { kernelAndBias } from './kernel-and-bias.js';
import type { NodeSite } from './node-site.js';
import type { ShapeRule } from './shape-rule.js';
import { slideWindow } from './window.js';

/** Convolution: [h, w, c] to [h', w', filters]. */
export const conv2dShape: ShapeRule<Conv2dNode> = (node, site) => {
  const [, , channels] = site.image();
  const filters = site.positiveInteger('filters', node.filters);
  const groups = site.positiveInteger('groups', node.groups ?? 1);
  const bias = site.flag('bias', node.bias ?? true);
  for (const [name, count] of [
    ['input channels', channels],
    ['filters', filters],
  ] as const) {
    if (count % groups !== 0) site.fail(`${groups} groups do not divide its ${count} ${name}.`);
  }
  const window = slidWindow(node, 'kernelSize', node.kernelSize, [1, 1], site);
  const [height, width] = window.output;
  return {
    node: {
      kind: 'conv2d',
      name: node.name,
      inputs: site.inputs,
      filters,
      kernelSize: window.extent,
      strides: window.strides,
      padding: window.padding,
      groups,
      bias,
    },
    outputShape: [height, width, filters],
    parameters: kernelAndBias(
      {
        name: `${node.name}/kernel`,
        kind: 'convolution',
        shape: [...window.extent, channels / groups, filters],
        groups,
        outputPositions: height * width,
      },
      bias ? filters : 0,
    ),
  };
};

/** Depthwise convolution: [h, w, c] to [h', w', c x multiplier]. */
export const depthwiseShape: ShapeRule<DepthwiseConv2dNode> = (node, site) => {
  const [, , channels] = site.image();
  const depthMultiplier = site.positiveInteger('depthMultiplier', node.depthMultiplier ?? 1);
  const bias = site.flag('bias', node.bias ?? true);
  const window = slidWindow(node, 'kernelSize', node.kernelSize, [1, 1], site);
  const [height, width] = window.output;
  const units = channels * depthMultiplier;
  return {
    node: {
      kind: 'depthwiseConv2d',
      name: node.name,
      inputs: site.inputs,
      kernelSize: window.extent,
      strides: window.strides,
      padding: window.padding,
      depthMultiplier,
      bias,
    },
    outputShape: [height, width, units],
    parameters: kernelAndBias(
      {
        name: `${node.name}/kernel`,
        kind: 'depthwise',
        shape: [...window.extent, channels, depthMultiplier],
        groups: channels,
        outputPositions: height * width,
      },
      bias ? units : 0,
    ),
  };
};

/** Pooling: [h, w, c] to [h', w', c]. */
export const pool2dShape: ShapeRule<Pool2dNode> = (node, site) => {
  const [, , channels] = site.image();
  const window = slidWindow(node, 'poolSize', node.poolSize, node.poolSize, site);
  return {
    node: {
      kind: node.kind,
      name: node.name,
      inputs: site.inputs,
      poolSize: window.extent,
      strides: window.strides,
      padding: window.padding,
    },
    outputShape: [...window.output, channels],
    parameters: [],
  };
};

interface Slid {
  readonly extent: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly output: readonly [number, number];
}

function slidWindow(
  node: { readonly strides?: readonly [number, number]; readonly padding?: Padding },
  extentName: string,
  givenExtent: unknown,
  defaultStrides: unknown,
  site: NodeSite,
): Slid {
  const [height, width] = site.image();
  const extent = site.pair(extentName, givenExtent);
  const strides = site.pair('strides', node.strides ?? defaultStrides);
  const padding = site.oneOf('padding', node.padding ?? 'valid', ['valid', 'same']);
  const output = [
    slideWindow(height, extent[0], strides[0], padding).count,
    slideWindow(width, extent[1], strides[1], padding).count,
  ] as const;
  if (output.includes(0)) {
    site.fail(
      `${extentName} ${showShape(extent)} does not fit into ${height} x ${width} with padding "valid"; ` +
        'a smaller one does, or padding "same".',
    );
  }
  return { extent, strides, padding, output };
}
