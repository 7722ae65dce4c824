import { type ShapedArchitecture, type ShapedNode, sizeOf } from '@espalier/architectures';
import { Arena, type Borders, type Value } from './value.js';

/** One node that computes something: flattening and ReLUs that their producer applies are left out. */
export interface Stage {
  readonly shaped: ShapedNode;
  readonly inputs: readonly Value[];
  /** The input with its border of zeros, for convolutions that need one. */
  readonly padded: Value | undefined;
  /** Where its deltas lie with a border of zeros, for convolutions that need one to go back. */
  readonly bordered: number | undefined;
  readonly output: Value;
}

/** An architecture laid out in the arena of a tile. */
export interface Plan {
  readonly shaped: ShapedArchitecture;
  readonly input: Value;
  readonly stages: readonly Stage[];
  readonly output: Value;
  /** Features of one arena: all values and gradients. */
  readonly features: number;
}

/**
 * Lays out values and gradients.
 * @param bordersOf - those that a convolution needs; undefined for none
 */
export function planNetwork(shaped: ShapedArchitecture, bordersOf: (node: ShapedNode) => Borders): Plan {
  const arena = new Arena();
  const input = arena.value('input', sizeOf(shaped.inputShape), false);
  const values = new Map<string, Value>([['input', input]]);
  const stages: Stage[] = [];
  const rectifying = rectifiers(shaped);
  const readerOf = (node: ShapedNode) =>
    isConvolution(node) ? onlyReader(shaped, node, rectifying) : undefined;
  const copied = shaped.nodes.filter((node) => !writesImages(readerOf(node)));
  // Nobody reads a copy of deltas in their border once the layer that they belong to has gone back.
  const scratch = arena.take(Math.max(0, ...copied.map((node) => bordersOf(node).deltas?.features ?? 0)));
  for (const node of shaped.nodes) {
    const inputs = node.inputs.map((name) => values.get(name) as Value);
    const { kind, name } = node.node;
    if (kind === 'flatten' || rectifying.has(name)) {
      values.set(name, inputs[0] as Value);
      continue;
    }
    const trained = node.parameters.length > 0 || inputs.some(({ delta }) => delta >= 0);
    const borders = bordersOf(node);
    const from = inputs[0] as Value;
    let padded: Value | undefined;
    if (borders.input !== undefined) {
      padded = from.framed === undefined ? arena.value(name, borders.input.features, false) : from;
    }
    const reader = readerOf(node);
    const goesBack = borders.deltas !== undefined && from.delta >= 0;
    const output = arena.value(name, sizeOf(node.outputShape), trained, {
      rectified: [...rectifying.values()].includes(name),
      input: reader && bordersOf(reader).input,
      deltas: goesBack && writesImages(reader) ? borders.deltas : undefined,
    });
    const bordered = !goesBack ? undefined : output.framedDelta === undefined ? scratch : output.delta;
    for (const value of inputs) value.readers++;
    values.set(name, output);
    stages.push({ shaped: node, inputs, padded, bordered, output });
  }
  const last = shaped.nodes.at(-1)?.node.name as string;
  const output = values.get(last) as Value;
  output.readers++;
  return { shaped, input, stages, output, features: arena.features };
}

/** The nodes that compute something of their own: no flattening, and no ReLU that its producer applies. */
export function computingNodes(shaped: ShapedArchitecture): readonly ShapedNode[] {
  const rectifying = rectifiers(shaped);
  return shaped.nodes.filter(({ node }) => node.kind !== 'flatten' && !rectifying.has(node.name));
}

/** ReLUs that alone read a layer with weights or a normalisation, by name, each with the name of what they read. */
function rectifiers({ nodes }: ShapedArchitecture): ReadonlyMap<string, string> {
  const last = nodes.at(-1)?.node.name;
  const pairs = new Map<string, string>();
  for (const { node, inputs } of nodes) {
    if (node.kind !== 'activation' || node.activation !== 'relu') continue;
    const producer = nodes.find((other) => other.node.name === inputs[0]);
    if (producer === undefined || !(isLinear(producer) || producer.node.kind === 'batchNorm')) continue;
    const readers = nodes.filter((other) => other.inputs.includes(producer.node.name)).length;
    if (readers === 1 && producer.node.name !== last) pairs.set(node.name, producer.node.name);
  }
  return pairs;
}

/** Whether a node that alone reads an image can write the gradient by it into a border. */
function writesImages(reader: ShapedNode | undefined): boolean {
  return reader !== undefined && (isConvolution(reader) || isPool(reader));
}

function isPool({ node }: ShapedNode): boolean {
  return node.kind.endsWith('Pool') || node.kind.endsWith('Pool2d');
}

/** The node that alone reads a convolution, or the ReLU that it applies: it can have its input as it needs it. */
function onlyReader(
  { nodes }: ShapedArchitecture,
  convolution: ShapedNode,
  rectifying: ReadonlyMap<string, string>,
): ShapedNode | undefined {
  const { name } = convolution.node;
  const given = [...rectifying].find(([, producer]) => producer === name)?.[0] ?? name;
  if (given === nodes.at(-1)?.node.name) return undefined;
  const readers = nodes.filter(({ inputs }) => inputs.includes(given));
  return readers.length === 1 ? readers[0] : undefined;
}

function isConvolution({ node }: ShapedNode): boolean {
  return node.kind === 'conv2d' || node.kind === 'depthwiseConv2d';
}

/** Whether a node multiplies by a kernel. */
export function isLinear(shaped: ShapedNode): boolean {
  return shaped.node.kind === 'dense' || isConvolution(shaped);
}
