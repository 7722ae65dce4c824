import type { Architecture, ArchitectureNode } from '@espalier/core';
import { convertLayer, NotConvertible } from './convert-layer.js';
import {
  functionalModel,
  type GraphTensor,
  type Layer,
  type LayersModel,
  leafPaths,
} from './layers-model.js';

/** A model as an architecture. */
export interface ConvertedModel {
  readonly architecture: Architecture;
  /** The layer behind each node that has weights, and behind others. */
  readonly layers: ReadonlyMap<string, Layer>;
  /** Whether the architecture leaves a final softmax out. */
  readonly softmax: boolean;
  /** Sentences saying what could not be converted; then the architecture is not whole. */
  readonly refusals: readonly string[];
}

/** What a tensor of the model is made by. */
interface Source {
  readonly node: string;
  /** The layer whose softmax was left out. */
  readonly softmax?: string;
}

/** @param model - with one input and one output whose sizes are given */
export function convertModel(model: LayersModel): ConvertedModel {
  return new Conversion(model).run();
}

class Conversion {
  readonly #model: LayersModel;
  readonly #paths: ReadonlyMap<Layer, string>;
  readonly #nodes: ArchitectureNode[] = [];
  readonly #layers = new Map<string, Layer>();
  readonly #sources = new Map<number, Source>();
  readonly #refusals: string[] = [];
  #inputShape: readonly number[];

  constructor(model: LayersModel) {
    this.#model = functionalModel(model);
    this.#paths = leafPaths(model);
    this.#inputShape = imageShape(sizesOf(this.#model.inputs[0]!));
  }

  run(): ConvertedModel {
    const output = this.#walk(this.#model, { node: 'input' });
    if (this.#inputShape.length > 3) {
      this.#refusals.push(
        `The model takes [${this.#inputShape.join(', ')}], but the sparse engine three axes at most; engine "tfjs" takes more.`,
      );
    }
    return {
      architecture: { name: this.#model.name, inputShape: this.#inputShape, nodes: this.#nodes },
      layers: this.#layers,
      softmax: output.softmax !== undefined,
      refusals: this.#refusals,
    };
  }

  /** Converts the layers of a model; gives what its output is made by. */
  #walk(model: LayersModel, input: Source): Source {
    this.#sources.set(model.inputs[0]!.id, input);
    for (const layer of model.layers) {
      if (layer.getClassName() === 'InputLayer') continue;
      const uses = layer.inboundNodes.filter((_, i) => model.containerNodes.has(`${layer.name}_ib-${i}`));
      const [use] = uses;
      const path = this.#paths.get(layer) ?? layer.name;
      if (use === undefined || uses.length > 1 || this.#layers.has(path)) {
        this.#refuse(path, 'is used in several places');
        for (const { outputTensors } of uses) this.#sources.set(outputTensors[0]!.id, { node: 'input' });
        continue;
      }
      const sources = use.inputTensors.map((tensor) => this.#sourceOf(tensor, path));
      const result = layer.layers
        ? this.#walkInside(layer as LayersModel, path, sources)
        : this.#convert(layer, path, sources, use.inputTensors[0]!, use.outputTensors[0]!);
      this.#sources.set(use.outputTensors[0]!.id, result);
    }
    return this.#sources.get(model.outputs[0]!.id) ?? { node: 'input' };
  }

  #walkInside(layer: LayersModel, path: string, sources: readonly Source[]): Source {
    const inner = functionalModel(layer);
    if (inner.inputs.length === 1 && inner.outputs.length === 1) return this.#walk(inner, sources[0]!);
    this.#refuse(path, `has ${inner.inputs.length} inputs and ${inner.outputs.length} outputs`);
    return { node: 'input' };
  }

  #sourceOf(tensor: GraphTensor, path: string): Source {
    const source = this.#sources.get(tensor.id);
    if (source === undefined) this.#refuse(path, 'reads the input, which another layer reshapes');
    if (source?.softmax !== undefined) this.#refuse(path, `reads the softmax of "${source.softmax}"`);
    return source ?? { node: 'input' };
  }

  #convert(
    layer: Layer,
    path: string,
    sources: readonly Source[],
    from: GraphTensor,
    to: GraphTensor,
  ): Source {
    this.#layers.set(path, layer);
    const inputs = sources.map(({ node }) => node);
    if (layer.getClassName() === 'Reshape' && inputs[0] === 'input' && this.#nodes.length === 0) {
      // Examples are row-major values: a network whose first step is to reshape them may take them in that shape.
      this.#inputShape = imageShape(sizesOf(to));
      this.#sources.clear();
      return { node: 'input' };
    }
    try {
      const site = { path, inputs, rank: from.shape.length, outputRank: to.shape.length };
      const { nodes, softmax } = convertLayer(layer, site);
      this.#nodes.push(...nodes);
      const node = nodes.at(-1)?.name ?? inputs[0]!;
      return softmax ? { node, softmax: path } : { node };
    } catch (error) {
      if (!(error instanceof NotConvertible)) throw error;
      this.#refuse(path, error.message, error.trainsElsewhere);
      return sources[0]!;
    }
  }

  #refuse(path: string, what: string, trainsElsewhere = true): void {
    const who = trainsElsewhere ? 'the sparse engine can\'t run; engine "tfjs" can' : 'no engine trains';
    this.#refusals.push(`The layer "${path}" ${what}, which ${who}.`);
  }
}

/** The sizes of one example. */
export function sizesOf({ shape }: GraphTensor): readonly number[] {
  return shape.slice(1) as number[];
}

/** A sequence as an image of height 1; other shapes as they are. */
function imageShape(shape: readonly number[]): readonly number[] {
  return shape.length === 2 ? [1, ...shape] : shape;
}
