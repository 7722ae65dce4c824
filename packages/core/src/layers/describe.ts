import type { LayerDescription, LayerShape } from '../contract.js';

/**
 * Reads a layer's canonical shape: what its inputs, units and groups are, and where each position leads.
 *
 * @param description - what an engine says of the layer
 * @param index - its index among the layers of the same list
 * @throws TypeError where kind and shape do not go together
 */
export function describeLayer(description: LayerDescription, index: number): LayerShape {
  const { name, kind, shape } = description;
  const rank = shape.length;
  if (rank < 2 || (kind === 'dense') !== (rank === 2) || !shape.every((n) => Number.isInteger(n) && n > 0)) {
    throw new TypeError(`Layer "${name}": [${shape}] is not the shape of a ${kind} layer.`);
  }
  const size = shape.reduce((product, n) => product * n, 1);
  const kernel = shape.slice(0, rank - 2);
  const area = kernel.reduce((product, n) => product * n, 1);
  const last = shape[rank - 1]!;
  const secondLast = shape[rank - 2]!;
  const common = {
    index,
    name,
    kind,
    shape,
    size,
    kernel,
    outputPositions: description.outputPositions ?? 1,
    ...(description.sources === undefined ? {} : { sources: description.sources }),
  };
  if (kind === 'depthwise') {
    return {
      ...common,
      inputs: secondLast,
      units: secondLast * last,
      groups: secondLast,
      fanIn: area,
      fanOut: area * last,
      unitOf: (position) => position % (secondLast * last),
      inputOf: (position) => Math.floor(position / last) % secondLast,
    };
  }
  if (kind === 'transposed') {
    return {
      ...common,
      inputs: last,
      units: secondLast,
      groups: 1,
      fanIn: area * last,
      fanOut: area * secondLast,
      unitOf: (position) => Math.floor(position / last) % secondLast,
      inputOf: (position) => position % last,
    };
  }
  const groups = description.groups ?? 1;
  const unitsPerGroup = last / groups;
  return {
    ...common,
    inputs: secondLast * groups,
    units: last,
    groups,
    fanIn: area * secondLast,
    fanOut: area * unitsPerGroup,
    unitOf: (position) => position % last,
    inputOf: (position) =>
      (Math.floor(position / last) % secondLast) + secondLast * Math.floor((position % last) / unitsPerGroup),
  };
}
