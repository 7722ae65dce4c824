import * as tf from '@tensorflow/tfjs';

/**
 * Replaces the gradient of batch normalisation (of every backend) by one that broadcasts over channels and
 * shares its two reductions; the stock one tiles the statistics to the size of the activations.
 */
export function registerFusedBatchNormGradient(): void {
  const stock = tf.getGradient('FusedBatchNorm');
  tf.unregisterGradient('FusedBatchNorm');
  tf.registerGradient({
    ...stock,
    gradFunc: (dy, saved, attributes) => {
      const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor | undefined];
      if (mean.rank !== 1) return stock.gradFunc(dy, saved, attributes);
      const epsilon = attributes.varianceEpsilon as number;
      const channels = mean.shape[0]!;
      const rows = (tensor: tf.Tensor) => tf.reshape(tensor, [-1, channels]);
      const error = rows(dy as tf.Tensor);
      const sumOfRows = (matrix: tf.Tensor) =>
        tf.tidy(() =>
          tf.reshape(tf.matMul(tf.ones([1, matrix.shape[0]!]), matrix as tf.Tensor2D), [channels]),
        );
      const inverse = tf.rsqrt(tf.add(variance, epsilon));
      const gain = scale ? tf.mul(inverse, scale) : inverse;
      // Here, not in the functions below: each of those runs in a tidy of its own, which ends what it makes.
      const sumOfErrors = sumOfRows(error);
      const sumOfProducts = tf.tidy(() => sumOfRows(tf.mul(tf.sub(rows(x), mean), error)));
      return {
        x: () => tf.reshape(tf.mul(error, gain), x.shape),
        mean: () => tf.neg(tf.mul(gain, sumOfErrors)),
        variance: () => tf.mul(tf.mul(tf.mul(gain, tf.square(inverse)), -0.5), sumOfProducts),
        scale: () => tf.mul(inverse, sumOfProducts),
        // A copy: gradients that are added up are disposed.
        offset: () => tf.clone(sumOfErrors),
      };
    },
  });
}
