import { createTrainer, definePlugin, isRunEnd, method, type RegrowCriterion, strategy } from 'espalier';

/** Regrows where gradients are large, each blurred by noise: exploration without a random share. */
class NoisyGradient implements RegrowCriterion {
  readonly needs = ['gradient'] as const;
  readonly #sigma: number;

  constructor(options: { readonly sigma: number }) {
    this.#sigma = options.sigma;
  }

  propose(...[layer, count, context]: Parameters<RegrowCriterion['propose']>) {
    const { positions, scores } = layer.strongest('gradient', 2 * count);
    const random = context.random('noise', layer);
    const noisy = scores.map((score) => score * Math.exp(this.#sigma * random.normal()));
    return { positions, scores: noisy };
  }
}

const plugin = definePlugin({
  name: '@acme/espalier-plugin-noisy',
  api: 1,
  strategies: [
    strategy(
      'regrow',
      'acme/noisy-gradient',
      { sigma: 1 },
      { useFactory: (options) => new NoisyGradient(options) },
      {
        summary: 'The largest gradients, blurred.',
        options: { sigma: 'deviation of the logarithmic noise' },
      },
    ),
  ],
  // #region method
  methods: [
    method(
      'acme/noisy-rigl',
      { dropFraction: 0.3 },
      ({ dropFraction }) => ({
        trigger: 'step-interval',
        drop: { use: 'cosine', dropFraction },
        regrow: 'acme/noisy-gradient',
        skipOptimizerStep: true,
      }),
      { summary: 'RigL with blurred gradients.' },
    ),
  ],
  // #endregion
});

const trainer = await createTrainer({
  plugins: [plugin],
  method: 'acme/noisy-rigl',
  sparsity: { density: 0.02 },
  train: { epochs: 3 },
});
trainer.events.subscribe((event) => {
  if (isRunEnd(event)) console.log(`${event.topologyUpdates} updates`);
});
await trainer.run();
const { accuracy } = await trainer.evaluate();
console.log(`accuracy ${accuracy}`);
