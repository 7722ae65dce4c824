/*
 * What of a tf.LayersModel is read. The engine does not depend on TensorFlow.js: it takes the model of whichever copy
 * of it the caller has.
 */

/** A tensor of the graph that layers make up. */
export interface GraphTensor {
  readonly id: number;
  /** The batch first; null where a size is open. */
  readonly shape: readonly (number | null)[];
}

/** One use of a layer. */
interface GraphNode {
  readonly inputTensors: readonly GraphTensor[];
  readonly outputTensors: readonly GraphTensor[];
}

/** A tensor with values; operations beyond these are not called. */
interface ValueTensor {
  readonly shape: readonly number[];
  dataSync(): ArrayLike<number>;
  reshape(shape: readonly number[]): ValueTensor;
  zerosLike(): ValueTensor;
  add(values: Float32Array): ValueTensor;
  dispose(): void;
}

/** The tensor that holds a weight. */
interface Variable extends ValueTensor {
  assign(value: ValueTensor): void;
}

/** A weight of a layer. */
export interface LayerWeight {
  readonly originalName: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  read(): Variable;
}

/** A layer, which may be a model itself. */
export interface Layer {
  readonly name: string;
  readonly trainable: boolean;
  readonly weights: readonly LayerWeight[];
  readonly inboundNodes: readonly GraphNode[];
  /** Of a model. */
  readonly layers?: readonly Layer[];
  getClassName(): string;
  getConfig(): Readonly<Record<string, unknown>>;
}

/** A model of layers. */
export interface LayersModel extends Layer {
  readonly layers: readonly Layer[];
  readonly inputs: readonly GraphTensor[];
  readonly outputs: readonly GraphTensor[];
  readonly built: boolean;
  /** Which uses of layers belong to the model. */
  readonly containerNodes: ReadonlySet<string>;
  /** What a Sequential builds. */
  readonly model?: LayersModel | null;
  build(shape: readonly (number | null)[]): void;
}

/** Whether a value is a tf.LayersModel. */
export function isLayersModel(value: unknown): value is LayersModel {
  const model = value as Partial<LayersModel> | null | undefined;
  return (
    Array.isArray(model?.layers) &&
    Array.isArray(model.inputs) &&
    Array.isArray(model.outputs) &&
    'weights' in model &&
    typeof model.getClassName === 'function'
  );
}

/** The functional model inside a Sequential; any other model itself. */
export function functionalModel(model: LayersModel): LayersModel {
  // A Sequential puts its functional model together when it is first used; this is a first use.
  if (!model.built && model.outputs.length > 0) model.build(model.inputs[0]!.shape);
  return model.model ?? model;
}

/** The layers without layers inside, each with the path it is known by, as in the engine "tfjs". */
export function leafPaths(model: LayersModel): ReadonlyMap<Layer, string> {
  const paths = new Map<Layer, string>();
  const walk = (layer: Layer, path: string) => {
    if (layer.layers) for (const inner of layer.layers) walk(inner, `${path}/${inner.name}`);
    else if (!paths.has(layer)) paths.set(layer, path);
  };
  for (const layer of functionalModel(model).layers) walk(layer, layer.name);
  return paths;
}

/** The name of a layer's weight, as in the engine "tfjs": path and what the layer calls the weight. */
export function weightName(path: string, layer: Layer, { originalName }: LayerWeight): string {
  const scope = `${layer.name}/`;
  const at = originalName.lastIndexOf(scope);
  return `${path}/${at >= 0 ? originalName.slice(at + scope.length) : originalName.split('/').at(-1)}`;
}
