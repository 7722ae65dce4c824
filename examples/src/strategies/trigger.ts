import { type Clock, type CommittedUpdate, definePlugin, strategy, type UpdateTrigger } from 'espalier';

/** Updates become rarer as soon as they change little: the interval doubles whenever a share of what was pruned came back. */
class BackOff implements UpdateTrigger {
  // What changes lives in `state`, as JSON, and changes in `committed` only: a run can be saved and replayed.
  state: { interval: number; last: number };
  readonly #settled: number;

  constructor(options: { readonly firstInterval: number; readonly settled: number }) {
    this.#settled = options.settled;
    this.state = { interval: options.firstInterval, last: 0 };
  }

  due({ step, totalSteps }: Clock) {
    const { interval, last } = this.state;
    return step > last && step < 0.75 * totalSteps && (step - last) % interval === 0;
  }

  committed({ clock, layers }: CommittedUpdate) {
    const removed = layers.reduce((sum, layer) => sum + layer.removed, 0);
    const returned = layers.reduce((sum, layer) => sum + layer.returned.length, 0);
    const settled = returned > this.#settled * removed;
    this.state = { interval: this.state.interval * (settled ? 2 : 1), last: clock.step };
  }
}

const backOff = strategy(
  'trigger',
  'acme/back-off',
  { firstInterval: 20, settled: 0.5 },
  { useFactory: (options) => new BackOff(options) },
  {
    summary: 'An interval that doubles when updates change little.',
    options: { firstInterval: 'in steps', settled: 'share that came back from which the interval doubles' },
  },
);

export default definePlugin({ name: '@acme/espalier-plugin-trigger', api: 1, strategies: [backOff] });
