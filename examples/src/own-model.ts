import * as tf from '@tensorflow/tfjs';
import { createTrainer } from 'espalier';

// #region model
const model = tf.sequential({
  layers: [
    tf.layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [12, 12, 1] }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 5, activation: 'softmax' }),
  ],
});
const trainer = await createTrainer({
  model,
  data: { use: 'synthetic', inputShape: [12, 12, 1], classes: 5, train: 500, test: 100 },
  method: 'ggr',
  sparsity: { density: 0.2, keepDense: ['conv2d*'] },
  optimizer: { use: 'adam', learningRate: 0.01 },
  train: { epochs: 5 },
});
await trainer.run();
// #endregion

const zeros = (await model.layers[3]!.getWeights()[0]!.data()).filter((weight) => weight === 0).length;
const { accuracy } = await trainer.evaluate();
console.log(`accuracy ${accuracy}, ${zeros} of ${model.layers[3]!.countParams() - 5} weights are 0`);
