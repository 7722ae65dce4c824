import * as tf from '@tensorflow/tfjs';
import { sparsify } from 'espalier';

const STEPS = 200;
const inputs = tf.randomNormal([256, 20], 0, 1, 'float32', 1);
const targets = inputs.slice([0, 0], [-1, 4]).square().sum(1, true);

const model = tf.sequential({
  layers: [
    tf.layers.dense({ units: 64, activation: 'relu', inputShape: [20] }),
    tf.layers.dense({ units: 64, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
const optimizer = tf.train.adam(0.01);

// #region sparsify
const sparse = await sparsify(model, optimizer, { method: 'rigl', density: 0.2, totalSteps: STEPS });
for (let step = 0; step < STEPS; step++) {
  const loss = () => tf.losses.meanSquaredError(targets, model.apply(inputs) as tf.Tensor) as tf.Scalar;
  const { value, grads } = tf.variableGrads(loss);
  sparse.step(grads); // in place of optimizer.applyGradients(grads)
  tf.dispose([value, ...Object.values(grads)]);
}
// #endregion

const error = tf.losses.meanSquaredError(targets, model.predict(inputs) as tf.Tensor).dataSync()[0]!;
const active = sparse.layers.map(({ name, active }) => `${name} ${active.length}`);
console.log(
  `error ${error.toFixed(3)}, ${sparse.topologyUpdates} topology updates, active: ${active.join(', ')}`,
);
