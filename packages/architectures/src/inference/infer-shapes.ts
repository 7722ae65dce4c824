import { type Architecture, type ArchitectureNode, EspalierError, suggest } from '@espalier/core/engine';
import { NodeSite } from './node-site.js';
import { Origins } from './origins.js';
import type { ShapeRule } from './shape-rule.js';
import { SHAPE_RULES } from './shape-rules.js';
import type { ShapedArchitecture, ShapedNode } from './shaped.js';

const INPUT = 'input';

/**
 * Checks an architecture, fills in its defaults and finds the shapes of all outputs and parameters.
 *
 * @param architecture - plain data, possibly read from a file
 * @returns nodes in the order given, with everything that an engine needs to build them
 * @throws EspalierError ESPALIER_INVALID_ARCHITECTURE naming the node and what would be right: a name used
 *   twice, an input not declared before, a wrong rank, a size that is not a positive integer, groups that do
 *   not divide the channels, sums of unequal shapes, a rate out of range
 */
export function inferShapes(architecture: Architecture): ShapedArchitecture {
  checkInput(architecture);
  const shapes = new Map<string, readonly number[]>([[INPUT, architecture.inputShape]]);
  const origins = new Origins(INPUT);
  const nodes: ShapedNode[] = [];
  let previous = INPUT;
  for (const node of architecture.nodes) {
    const shaped = origins.follow(inferNode(architecture, node, previous, shapes));
    nodes.push(shaped);
    shapes.set(node.name, shaped.outputShape);
    previous = node.name;
  }
  const { name, inputShape } = architecture;
  return { name, inputShape, nodes, outputShape: shapes.get(previous) as readonly number[] };
}

function checkInput({ name, inputShape, nodes }: Architecture): void {
  if (!Array.isArray(nodes) || nodes.length === 0) {
    throw new EspalierError('ESPALIER_INVALID_ARCHITECTURE', `${name} has no nodes; it needs one or more.`);
  }
  const valid =
    Array.isArray(inputShape) && inputShape.every((size) => Number.isSafeInteger(size) && size > 0);
  if (!valid || inputShape.length === 0) {
    throw new EspalierError(
      'ESPALIER_INVALID_ARCHITECTURE',
      `inputShape of ${name} is ${JSON.stringify(inputShape)}; it must be positive integers such as [784] or [28, 28, 1].`,
    );
  }
}

function inferNode(
  architecture: Architecture,
  node: ArchitectureNode,
  previous: string,
  shapes: ReadonlyMap<string, readonly number[]>,
): ShapedNode {
  const inputs = node.inputs ?? [previous];
  const bare = new NodeSite(architecture.name, node.name, inputs, []);
  if (typeof node.name !== 'string' || node.name === '') bare.fail('it needs a name.');
  if (node.name === INPUT) bare.fail('"input" stands for the input of the network; choose another name.');
  if (shapes.has(node.name)) bare.fail('another node has this name already; names must be unique.');
  const inputShapes = inputs.map((input) => {
    const shape = shapes.get(input);
    if (shape !== undefined) return shape;
    const later = architecture.nodes.some(({ name }) => name === input);
    if (later) bare.fail(`its input "${input}" is declared later; nodes stand in an order of evaluation.`);
    return bare.fail(`its input "${input}" does not exist.${suggest(input, [...shapes.keys()])}`);
  });
  if (!Object.hasOwn(SHAPE_RULES, node.kind)) {
    bare.fail(`there is no kind "${node.kind}".${suggest(String(node.kind), Object.keys(SHAPE_RULES))}`);
  }
  // The table's rule for a kind takes the nodes of that kind, which the compiler can't follow through an index.
  const rule = SHAPE_RULES[node.kind] as ShapeRule<ArchitectureNode>;
  const site = new NodeSite(architecture.name, node.name, inputs, inputShapes);
  return { inputs, inputShapes, ...rule(node, site) };
}
