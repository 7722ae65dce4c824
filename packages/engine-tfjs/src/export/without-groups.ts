import { inferShapes, type ShapedNode } from '@espalier/architectures';
import type { Architecture, EngineState, StateTensor } from '@espalier/core';

/** A network and the values of its parameters. */
export interface TrainedArchitecture {
  readonly architecture: Architecture;
  readonly parameters: EngineState['parameters'];
}

/**
 * The same network without grouped convolutions, which tf.layers does not have: each becomes an ordinary one whose
 * kernel is 0 between channels of different groups.
 */
export function withoutGroups({ architecture, parameters }: TrainedArchitecture): TrainedArchitecture {
  const spread = { ...parameters };
  const nodes = inferShapes(architecture).nodes.map((shaped) => {
    const { node } = shaped;
    if (node.kind !== 'conv2d' || node.groups === 1) return node;
    const { name } = shaped.parameters[0]!;
    const kernel = parameters[name];
    if (kernel !== undefined) spread[name] = spreadKernel(kernel, shaped);
    return { ...node, groups: 1 };
  });
  return { architecture: { ...architecture, nodes }, parameters: spread };
}

/** From [height, width, inputs / groups, units] to [height, width, inputs, units]. */
function spreadKernel(kernel: StateTensor, { node, inputShapes, outputShape }: ShapedNode): StateTensor {
  const { kernelSize, groups } = node as Extract<ShapedNode['node'], { kind: 'conv2d' }>;
  const inputs = inputShapes[0]!.at(-1)!;
  const units = outputShape.at(-1)!;
  const perGroup = inputs / groups;
  const { data, positions } = kernel;
  const moved = Uint32Array.from(positions ?? data.keys(), (position) => {
    const unit = position % units;
    const within = Math.floor(position / units) % perGroup;
    const cell = Math.floor(position / (units * perGroup));
    const group = Math.floor(unit / (units / groups));
    return (cell * inputs + group * perGroup + within) * units + unit;
  });
  // Entries need no order here: nothing but a dense tensor is made of them.
  return { shape: [...kernelSize, inputs, units], data, positions: moved };
}
