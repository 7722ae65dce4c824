import {
  type Architecture,
  type ArchitectureNode,
  allPositions,
  type Dataset,
  type DenseNetwork,
  type EngineFactory,
  type EngineRequest,
  type Loss,
  type RandomSource,
} from '@espalier/core';

/** What gradients before training are computed with. */
export interface DenseNetworkParts {
  readonly architecture: Architecture;
  readonly factory: EngineFactory;
  readonly loss: Loss;
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly random: RandomSource;
}

// No step is taken, so that its size does not matter.
const OPTIMIZER = { use: 'sgd', learningRate: 1 } as const;
const GRADIENT = new Set(['gradient']);

/** The dense network on the engine of the run, for scores at the start. */
export function denseNetwork(parts: DenseNetworkParts): DenseNetwork {
  const { dataset, batchSize, random, factory } = parts;
  const batch = (index: number) => dataset.trainBatch({ seed: random.seed, epoch: 0, index, batchSize });
  return {
    batch,
    async gradients(layers, { of, batches, firstBatch }) {
      const outputs = of === 'outputs';
      const architecture = outputs ? asEvaluated(parts.architecture) : parts.architecture;
      const request: EngineRequest = {
        network: { architecture },
        loss: outputs ? 'output-sum' : parts.loss,
        optimizer: OPTIMIZER,
        start: layers,
        random: (purpose, name, step) => random.stream(`oracle/${purpose}`, name, step),
      };
      const engine = await factory.create(request);
      try {
        const count = outputs ? 1 : batches;
        for (let k = 0; k < count; k++) {
          const examples = outputs ? onesFor(architecture) : batch(firstBatch + k);
          await engine.trainStep(examples, {
            clock: {
              step: k,
              totalSteps: count,
              epoch: 0,
              stepInEpoch: k,
              stepsPerEpoch: count,
              updateIndex: 0,
            },
            learningRate: 1,
            signals: GRADIENT,
            updateWeights: false,
            accumulate: k > 0,
          });
        }
        return engine.layers.map((layer) => {
          const gradient = layer.signal('gradient', allPositions(layer.active.length));
          return count === 1 ? gradient : gradient.map((sum) => sum / count);
        });
      } finally {
        engine.dispose();
      }
    },
  };
}

/** At the start, normalisation with moving statistics changes nothing, and in evaluation nothing is dropped. */
function asEvaluated(architecture: Architecture): Architecture {
  const nodes = architecture.nodes.map((node): ArchitectureNode => {
    if (node.kind !== 'batchNorm' && node.kind !== 'dropout') return node;
    const { name, inputs } = node;
    return { kind: 'dropout', rate: 0, name, ...(inputs && { inputs }) };
  });
  return { ...architecture, nodes };
}

function onesFor({ inputShape }: Architecture) {
  const size = inputShape.reduce((product, n) => product * n, 1);
  return { size: 1, inputs: new Float32Array(size).fill(1) };
}
