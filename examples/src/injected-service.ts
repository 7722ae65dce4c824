import {
  createTrainer,
  definePlugin,
  inject,
  injectable,
  type LayerView,
  LOGGER,
  type Logger,
  OPTIONS,
  type RegrowCriterion,
  service,
  strategy,
  token,
} from 'espalier';

// #region token
/** How much each input of the network tells, one number per input: not an option, as options are JSON. */
const INFORMATION = token<Float32Array>('acme/information');
// #endregion

// #region inject
/** Of candidates drawn at random, those win that begin at the most telling inputs. */
class InformativeInputs implements RegrowCriterion {
  static inject = [OPTIONS, INFORMATION] as const; // checked against the constructor by the compiler
  constructor(
    readonly options: { readonly choices?: unknown },
    readonly information: Float32Array,
  ) {}

  propose(layer: LayerView, count: number) {
    const { positions } = layer.sample(Number(this.options.choices) * count);
    const tell = (position: number) => this.information[layer.inputOf(position)] ?? 0;
    return { positions, scores: Float32Array.from(positions, tell) };
  }
}
// #endregion

// #region decorators
/** The same with decorators: every parameter names its token, types are never consulted. */
@injectable()
class Announced implements RegrowCriterion {
  constructor(@inject(LOGGER) readonly logger: Logger) {}

  propose(layer: LayerView, count: number) {
    this.logger.info(`${layer.name} regrows ${count}`);
    return layer.sample(count);
  }
}
// #endregion

// #region plugin
const plugin = definePlugin({
  name: '@acme/espalier-plugin-information',
  api: 1,
  strategies: [
    strategy(
      'regrow',
      'acme/informative',
      { choices: 4 },
      { useClass: InformativeInputs },
      { summary: 'Where inputs tell most.', options: { choices: 'candidates drawn per place' } },
    ),
    strategy('regrow', 'acme/announced', {}, { useClass: Announced }, { summary: 'Random, and says so.' }),
  ],
  services: [service(INFORMATION, { useFactory: () => new Float32Array(20).fill(1) })], // unless others are given
});
// #endregion

// #region services
const information = Float32Array.from({ length: 20 }, (_, i) => (i < 5 ? 1 : 0));
const said: string[] = [];
const trainer = await createTrainer({
  plugins: [plugin],
  services: [service(INFORMATION, { useValue: information })], // replaces the plugin's
  logger: { info: (message) => said.push(message), warn: console.error },
  regrow: ['acme/informative', { use: 'acme/announced', share: 0.2 }],
  // #endregion
  data: { use: 'synthetic', inputShape: [20], classes: 5, train: 400, test: 100 },
  architecture: { use: 'mlp', layers: [20, 64, 5] },
  method: { use: 'rigl', updateInterval: 5 },
  sparsity: { density: 0.2 },
  train: { epochs: 5 },
});
await trainer.run();
const [first] = trainer.engine.layers;
const early = first!.active.filter((position) => position / 64 < 5).length;
console.log(
  `${said.length} messages, ${early} of ${first!.active.length} weights at the five telling inputs`,
);
