import * as tf from '@tensorflow/tfjs';
import { sparsify } from 'espalier';

const inputs = tf.randomNormal([512, 16], 0, 1, 'float32', 2);
const labels = inputs.slice([0, 0], [-1, 1]).greater(0).toFloat();

const model = tf.sequential({
  layers: [
    tf.layers.dense({ units: 32, activation: 'relu', inputShape: [16] }),
    tf.layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
});
const optimizer = tf.train.momentum(0.05, 0.9);
model.compile({ optimizer, loss: 'binaryCrossentropy', metrics: ['accuracy'] });

// #region fit
const sparse = await sparsify(model, optimizer, {
  method: 'set',
  density: 0.25,
  totalSteps: 160,
  stepsPerEpoch: 16,
});
const restore = sparse.wrap(); // model.fit now trains the sparse model
const history = await model.fit(inputs, labels, { epochs: 10, batchSize: 32, verbose: 0 });
restore();
// #endregion

console.log(
  `accuracy ${Number(history.history.acc?.at(-1)).toFixed(3)}, ${sparse.topologyUpdates} topology updates`,
);
