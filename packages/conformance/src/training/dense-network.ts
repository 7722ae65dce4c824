import type {
  Batch,
  Dataset,
  DenseNetwork,
  EngineFactory,
  EngineRequest,
  StartLayer,
  StepRequest,
} from '@espalier/core';

/** Gradients of the network before it is sparse, for scores at the start, by an engine of its own. */
export function denseNetwork(
  factory: EngineFactory,
  request: Omit<EngineRequest, 'start'>,
  dataset: Dataset,
  batchOf: (index: number) => Batch,
): DenseNetwork {
  const size = dataset.inputShape.reduce((product, n) => product * n, 1);
  const ones: Batch = { size: 1, inputs: new Float32Array(size).fill(1) };
  return {
    batch: batchOf,
    async gradients(layers, { of, batches, firstBatch }) {
      const loss = of === 'outputs' ? 'output-sum' : request.loss;
      const engine = await factory.create({ ...request, loss, start: layers.map(bare) });
      const count = of === 'outputs' ? 1 : batches;
      for (let i = 0; i < count; i++) {
        await engine.trainStep(of === 'outputs' ? ones : batchOf(firstBatch + i), reading(i));
      }
      const gradients = engine.layers.map((layer) => {
        const values = new Float32Array(layer.shape.reduce((product, n) => product * n, 1));
        layer.scan('gradient', (first, block) => values.set(block, first));
        return values.map((value) => value / count);
      });
      engine.dispose();
      return gradients;
    },
  };
}

const bare = ({ name, active, weights }: StartLayer): StartLayer => ({
  name,
  active,
  ...(weights === undefined ? {} : { weights }),
});

const reading = (step: number): StepRequest => ({
  clock: { step, totalSteps: 1, epoch: 0, stepInEpoch: step, stepsPerEpoch: 1, updateIndex: 0 },
  learningRate: 0,
  signals: new Set(['gradient']),
  updateWeights: false,
  accumulate: step > 0,
});
