import { inferShapes, type ShapedArchitecture, type ShapedNode } from '@espalier/architectures';
import { EspalierError, type Network } from '@espalier/core/engine';
import { type ConvertedModel, convertModel, sizesOf } from './convert-model.js';
import { functionalModel, isLayersModel, type LayerWeight, weightName } from './layers-model.js';

/** A network as the engine builds it, and the model that it was converted from, if any. */
export interface NetworkSource {
  readonly shaped: ShapedArchitecture;
  /** The model's own weights by the names of parameters; undefined for an architecture. */
  readonly weights: ReadonlyMap<string, LayerWeight> | undefined;
  /** Whether a final softmax is left out. */
  readonly softmax: boolean;
}

/**
 * What a network asks for.
 * @throws EspalierError ESPALIER_INVALID_ARCHITECTURE; ESPALIER_ENGINE_REFUSES naming what of a model stands in the way
 */
export function networkSource(network: Network): NetworkSource {
  if ('architecture' in network) {
    return { shaped: inferShapes(network.architecture), weights: undefined, softmax: false };
  }
  const { source, refusals } = attempt(network.model);
  if (source === undefined) throw new EspalierError('ESPALIER_ENGINE_REFUSES', refusals.join(' '));
  return source;
}

/** Sentences saying what in a network the engine can't run, each naming an engine that can; empty where it can. */
export function refusals(network: Network): readonly string[] {
  return 'architecture' in network ? [] : attempt(network.model).refusals;
}

interface Attempt {
  readonly source?: NetworkSource;
  readonly refusals: readonly string[];
}

function attempt(model: unknown): Attempt {
  if (!isLayersModel(model)) {
    return {
      refusals: [
        'The model is not a tf.LayersModel. The sparse engine runs these and architectures of Espalier; no engine trains other models.',
      ],
    };
  }
  if (model.outputs.length === 0) return { refusals: [`The model "${model.name}" has no layers.`] };
  const { name, inputs, outputs } = functionalModel(model);
  if (inputs.length !== 1 || outputs.length !== 1) {
    const what = `${inputs.length} inputs and ${outputs.length} outputs`;
    return { refusals: [`The model "${name}" has ${what}; it must have one of each.`] };
  }
  const open = [inputs[0]!, outputs[0]!].find((tensor) => sizesOf(tensor).includes(null as never));
  if (open !== undefined) {
    const sizes = open.shape.map((size) => size ?? 'any').join(', ');
    return { refusals: [`The model "${name}" leaves sizes open in [${sizes}]; give them.`] };
  }
  const converted = convertModel(model);
  if (converted.refusals.length > 0) return { refusals: converted.refusals };
  return shape(converted);
}

function shape(converted: ConvertedModel): Attempt {
  const weights = new Map<string, LayerWeight>();
  try {
    const shaped = inferShapes(converted.architecture);
    const renamed = new Map<string, string>();
    const nodes = shaped.nodes.map((node) => withOwnNames(node, converted, weights, renamed));
    return { source: { shaped: { ...shaped, nodes }, weights, softmax: converted.softmax }, refusals: [] };
  } catch (error) {
    if (!(error instanceof EspalierError)) throw error;
    return { refusals: [`The model can not be converted: ${error.explanation} Engine "tfjs" runs it.`] };
  }
}

/**
 * The node with its parameters called and shaped as the model has them, which are collected by these names.
 * @param renamed - own names by those of the architecture, of the nodes before; those of this node are added
 */
function withOwnNames(
  shaped: ShapedNode,
  { layers }: ConvertedModel,
  weights: Map<string, LayerWeight>,
  renamed: Map<string, string>,
): ShapedNode {
  const path = shaped.node.name;
  const parameters = shaped.parameters.map((parameter, i) => {
    // Both have them in the order kernel, bias; or gamma, beta, moving mean, moving variance.
    const layer = layers.get(path)!;
    const weight = layer.weights[i]!;
    const name = weightName(path, layer, weight);
    const own = { name, shape: weight.shape };
    weights.set(name, weight);
    renamed.set(parameter.name, name);
    if (parameter.layer === undefined) return { ...parameter, ...own };
    const sources = parameter.layer.sources?.map((source) => renamed.get(source)!);
    return { ...parameter, ...own, layer: { ...parameter.layer, ...own, ...(sources && { sources }) } };
  });
  return { ...shaped, parameters };
}
