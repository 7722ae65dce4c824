// The engine on TensorFlow.js against a hand-written loop with the same kernels, both on WASM, steps interleaved.
import { inferShapes, lenet5, lenet300100, maskableLayers, smallConvnet } from '@espalier/architectures';
import {
  type Architecture,
  type Batch,
  type Clock,
  createRandomSource,
  type OptimizerOptions,
  type StartLayer,
  sampleOutside,
} from '@espalier/core';
import { tfjsEngine } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { median, writeResult } from './result.js';

const DENSITY = 0.02;
const factory = await tfjsEngine({ backend: 'wasm' });
const random = createRandomSource(1);

const cases = [
  { name: 'lenet-300-100', architecture: lenet300100(), batchSize: 32, optimizer: 'sgd', steps: 200 },
  { name: 'lenet-300-100', architecture: lenet300100(), batchSize: 64, optimizer: 'adam', steps: 150 },
  { name: 'lenet5', architecture: lenet5(), batchSize: 32, optimizer: 'sgd', steps: 80 },
  { name: 'convnet-small', architecture: smallConvnet(), batchSize: 32, optimizer: 'sgd', steps: 60 },
] as const;

const results = [];
for (const one of cases) {
  const { architecture, batchSize, optimizer, steps } = one;
  const batch = makeBatch(architecture, batchSize);
  const ours = await espalierStep(architecture, optimizer, batch);
  const hand = handWrittenStep(architecture, optimizer, batch);
  const milliseconds = { ours: [] as number[], hand: [] as number[] };
  for (let step = 0; step < steps; step++) {
    const handTime = timed(() => hand());
    const ourTime = timed(() => ours(step));
    if (step < 10) continue;
    milliseconds.hand.push(handTime);
    milliseconds.ours.push(ourTime);
  }
  const medians = { ours: median(milliseconds.ours), handWritten: median(milliseconds.hand) };
  results.push({
    network: one.name,
    batchSize,
    optimizer,
    steps,
    medianMilliseconds: medians,
    oursPerHandWritten: medians.ours / medians.handWritten,
  });
}
writeResult('tfjs-loop', { backend: 'wasm', density: DENSITY, results });

function timed(run: () => unknown): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

function makeBatch({ inputShape }: Architecture, size: number): Batch {
  const stream = random.stream('inputs', '', 0);
  const values = inputShape.reduce((product, n) => product * n, 1);
  return {
    size,
    inputs: Float32Array.from({ length: size * values }, () => Math.max(0, stream.normal())),
    labels: Uint8Array.from({ length: size }, () => stream.below(10)),
  };
}

async function espalierStep(architecture: Architecture, use: 'sgd' | 'adam', batch: Batch) {
  const start = maskableLayers(architecture).map(({ name, shape }): StartLayer => {
    const size = shape.reduce((product, n) => product * n, 1);
    const stream = random.stream('start', name, 0);
    const active = sampleOutside(size, new Uint32Array(0), Math.ceil(DENSITY * size), stream);
    const deviation = Math.sqrt((2 * shape.at(-1)!) / active.length);
    return { name, active, weights: Float32Array.from(active, () => deviation * stream.normal()) };
  });
  const optimizer: OptimizerOptions = {
    use,
    learningRate: 0.01,
    momentum: use === 'sgd' ? 0.9 : 0,
    weightDecay: 0,
  };
  const engine = await factory.create({
    network: { architecture },
    loss: 'cross-entropy',
    optimizer,
    start,
    random: (purpose, name, step) => random.stream(purpose, name, step),
  });
  const signals = new Set<string>();
  return (step: number) => {
    const clock: Clock = {
      step,
      totalSteps: 1000,
      epoch: 0,
      stepInEpoch: step,
      stepsPerEpoch: 1000,
      updateIndex: 0,
    };
    return engine.trainStep(batch, {
      clock,
      learningRate: 0.01,
      signals,
      updateWeights: true,
      accumulate: false,
    });
  };
}

/** What somebody would write without Espalier: a LayersModel, masks multiplied into gradients, a tf.train optimizer. */
function handWrittenStep(architecture: Architecture, use: 'sgd' | 'adam', batch: Batch) {
  const model = buildModel(architecture);
  const optimizer = use === 'sgd' ? tf.train.momentum(0.01, 0.9) : tf.train.adam(0.01);
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const masks = new Map(
    variables
      .filter(({ rank }) => rank > 1)
      .map((v) => [v.name, tf.randomUniform(v.shape, 0, 1, 'float32', 1).less(DENSITY).toFloat()]),
  );
  for (const variable of variables) {
    const mask = masks.get(variable.name);
    if (mask !== undefined) variable.assign(variable.mul(mask));
  }
  return () =>
    tf.tidy(() => {
      const inputs = tf.tensor(batch.inputs, [batch.size, ...architecture.inputShape]);
      const labels = tf.oneHot(tf.tensor1d(Int32Array.from(batch.labels!), 'int32'), 10);
      const loss = () =>
        tf.losses.softmaxCrossEntropy(
          labels,
          model.apply(inputs, { training: true }) as tf.Tensor,
        ) as tf.Scalar;
      const { value, grads } = tf.variableGrads(loss, variables);
      for (const [name, mask] of masks) grads[name] = grads[name]!.mul(mask);
      optimizer.applyGradients(grads as Record<string, tf.Variable>);
      return value.dataSync()[0]!;
    });
}

function buildModel(architecture: Architecture): tf.Sequential {
  const model = tf.sequential();
  let input: { inputShape?: number[] } = { inputShape: [...architecture.inputShape] };
  for (const { node } of inferShapes(architecture).nodes) {
    model.add(layerOf(node, input));
    input = {};
  }
  return model;
}

type Node = ReturnType<typeof inferShapes>['nodes'][number]['node'];

function layerOf(node: Node, input: { inputShape?: number[] }): tf.layers.Layer {
  switch (node.kind) {
    case 'dense':
      return tf.layers.dense({ units: node.units, useBias: node.bias, ...input });
    case 'conv2d': {
      const { filters, kernelSize, strides, padding, bias } = node;
      return tf.layers.conv2d({
        filters,
        kernelSize: [...kernelSize],
        strides: [...strides],
        padding,
        useBias: bias,
        ...input,
      });
    }
    case 'activation':
      return tf.layers.activation({ activation: node.activation as 'relu' });
    case 'maxPool2d':
      return tf.layers.maxPooling2d({
        poolSize: [...node.poolSize],
        strides: [...node.strides],
        padding: node.padding,
      });
    case 'batchNorm':
      return tf.layers.batchNormalization({});
    case 'flatten':
      return tf.layers.flatten();
    case 'globalAveragePool':
      return tf.layers.globalAveragePooling2d({});
    default:
      throw new Error(`The hand-written loop knows no ${node.kind}.`);
  }
}
