import { maskableLayers, sizeOf } from '@espalier/architectures';
import {
  type Architecture,
  type ArchitectureNode,
  allPositions,
  type Batch,
  createRandomSource,
  type Engine,
  type EngineRequest,
  type EngineState,
  type Positions,
  type Signal,
  type StepRequest,
  sampleOutside,
  type TopologyChange,
} from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';

export const source = createRandomSource(7);

export const network = (
  inputShape: readonly number[],
  ...nodes: readonly ArchitectureNode[]
): Architecture => ({ name: 'probe', inputShape, nodes });

/** One dense layer of the given sizes without bias, its kernel named `d/kernel`. */
const oneDense = (inputs: number, units: number): Architecture =>
  network([inputs], { kind: 'dense', name: 'd', units, bias: false });

type Overrides = Partial<Omit<EngineRequest, 'network'>> & { readonly density?: number };

/** An engine whose weights are normal numbers at randomly drawn positions. */
export async function engineOf(
  architecture: Architecture,
  { density = 1, ...more }: Overrides = {},
): Promise<Engine> {
  const start = maskableLayers(architecture).map(({ name, shape }) => {
    const size = sizeOf(shape);
    const count = Math.max(1, Math.round(density * size));
    const active =
      count === size
        ? allPositions(size)
        : sampleOutside(size, new Uint32Array(), count, source.stream('mask', name, 0));
    const stream = source.stream('weights', name, 0);
    return { name, active, weights: Float32Array.from(active, () => stream.normal() * 0.5) };
  });
  return referenceEngine().create({
    network: { architecture },
    loss: 'mean-squared-error',
    optimizer: { use: 'sgd', learningRate: 1 },
    random: source.stream,
    start,
    ...more,
  });
}

/** An engine of one dense layer with given weights. */
export const denseEngine = (
  inputs: number,
  units: number,
  weights: Readonly<Record<number, number>>,
  more: Overrides = {},
): Promise<Engine> =>
  engineOf(oneDense(inputs, units), {
    start: [
      {
        name: 'd/kernel',
        active: Uint32Array.from(Object.keys(weights), Number),
        weights: Float32Array.from(Object.values(weights)),
      },
    ],
    ...more,
  });

export function request(step: number, more: Partial<StepRequest> = {}): StepRequest {
  return {
    clock: { step, totalSteps: 100, epoch: 0, stepInEpoch: step, stepsPerEpoch: 100, updateIndex: 0 },
    learningRate: 1,
    signals: new Set<Signal>(),
    updateWeights: true,
    accumulate: false,
    ...more,
  };
}

export const asking = (...signals: Signal[]): ReadonlySet<Signal> => new Set(signals);

export function regression(inputs: readonly number[], targets: readonly number[], size = 1): Batch {
  return { size, inputs: Float32Array.from(inputs), targets: Float32Array.from(targets) };
}

/** A batch of normal inputs, and of normal targets or of labels. */
export function randomBatch(size: number, inputs: number, outputs: number, step = 0, classes = false): Batch {
  const stream = source.stream('batch', '', step);
  const values = Float32Array.from({ length: size * inputs }, () => stream.normal());
  if (classes)
    return { size, inputs: values, labels: Uint8Array.from({ length: size }, () => stream.below(outputs)) };
  return {
    size,
    inputs: values,
    targets: Float32Array.from({ length: size * outputs }, () => stream.normal()),
  };
}

const none = new Uint32Array();

export function change(more: Partial<TopologyChange>): TopologyChange {
  return {
    layer: 'd/kernel',
    pruned: none,
    grown: none,
    grownValues: new Float32Array(more.grown?.length ?? 0),
    restarted: none,
    restartedValues: new Float32Array(more.restarted?.length ?? 0),
    slots: { use: 'zero' },
    ...more,
  };
}

export const at = (...positions: number[]): Positions => Uint32Array.from(positions);

/** A tensor of a state with all positions spelled out. */
export function denseTensor(
  state: EngineState,
  name: string,
  of: 'parameters' | 'slots' = 'parameters',
): number[] {
  const tensor = state[of][name];
  if (tensor === undefined) throw new Error(`no ${name} among ${Object.keys(state[of]).join(', ')}`);
  const values = Array.from<number>({ length: sizeOf(tensor.shape) }).fill(0);
  tensor.data.forEach((value, i) => {
    values[tensor.positions?.[i] ?? i] = value;
  });
  return values;
}
