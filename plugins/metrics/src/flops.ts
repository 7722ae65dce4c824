import {
  type Clock,
  forwardFlops,
  type Observer,
  type Probe,
  type ProbedLayer,
  type RunStartEvent,
  type StrategyServices,
  strategy,
  sum,
} from '@espalier/core';
import { type Accounting, accountingOf, countTrained } from './accounting.js';
import { measureBoth } from './layers.js';

/** Floating-point operations of inference and of training, as a truly sparse implementation needs them. */
export const flops = strategy(
  'observe',
  'flops',
  {},
  { useFactory: (_options, services) => new FlopsObserver(services) },
  {
    summary:
      'Operations for one sample: of inference now (`inference`), of training in the mean over the steps so far (`training`), each by layer and as a share of the dense network.',
    paper: 'accounting of Evci et al., 2020, arXiv 1911.11134',
  },
);

/** Operations of the three passes of a training sample in an ordinary step and in one that serves an update. */
interface Cost {
  readonly ordinary: number;
  readonly updating: number;
}

/** A pass forward costs as much as each of the two backward: gradients by activations, and by weights. */
class FlopsObserver implements Observer {
  readonly #services: StrategyServices;
  #accounting: Accounting | undefined;
  #accumulate = 1;
  #costs: readonly Cost[] = [];
  /** Operations per layer of the steps up to the last update. */
  #settled: number[] = [];
  #steps = 0;
  /** Steps since the last update. */
  #pending = 0;

  constructor(services: StrategyServices) {
    this.#services = services;
  }

  observe: Observer['observe'] = (event) => {
    if (event.type === 'run:start') this.#begin(event);
    else if (event.type === 'step') this.#pending++;
    else if (event.type === 'topology:update') this.#settle();
  };

  readonly probe: Probe = {
    due: ({ stepInEpoch, stepsPerEpoch }, updates) => updates || stepInEpoch === stepsPerEpoch - 1,
    look: (layers, clock, measure) => {
      // Costs change with the topology only, and the pending steps were taken with the present one.
      if (this.#pending === 0) this.#costs = layers.map((layer) => this.#costOf(layer, clock));
      const inference = forwardFlops(layers.map(nonZeros));
      const dense = sum(forwardFlops(layers.map(positions)));
      measureBoth(measure, 'inference', sum(inference), inference);
      measure('inference-share', sum(inference) / dense);
      const steps = this.#steps + this.#pending;
      if (steps === 0) return;
      const training = this.#costs.map(
        ({ ordinary }, i) => (this.#settled[i]! + this.#pending * ordinary) / steps,
      );
      measureBoth(measure, 'training', sum(training), training);
      measure('training-share', sum(training) / (3 * dense));
    },
  };

  #begin({ recipe, layers }: RunStartEvent): void {
    if (this.#accounting !== undefined) return;
    this.#accounting = accountingOf(recipe, this.#services.strategy);
    this.#accumulate = recipe.accumulate;
    this.#settled = layers.map(() => 0);
  }

  /** The steps before an update were taken with the topology that it changes. */
  #settle(): void {
    const updating = Math.min(this.#accumulate, this.#pending);
    const ordinary = this.#pending - updating;
    this.#settled = this.#settled.map(
      (all, i) => all + ordinary * this.#costs[i]!.ordinary + updating * this.#costs[i]!.updating,
    );
    this.#steps += this.#pending;
    this.#pending = 0;
  }

  #costOf(layer: ProbedLayer, clock: Clock): Cost {
    const { denseAlways, denseForUpdates, backward } = this.#accounting!;
    const [sparse, dense] = forwardFlops([nonZeros(layer), positions(layer)]) as [number, number];
    const trained = backward === undefined || layer.dense ? 0 : countTrained(backward, layer, clock);
    const byWeight = denseAlways ? dense : sparse + 2 * trained * layer.outputPositions;
    return {
      ordinary: 2 * sparse + byWeight,
      updating: 2 * sparse + (denseForUpdates ? dense : byWeight),
    };
  }
}

function nonZeros({ active, outputPositions }: ProbedLayer) {
  return { nonZeros: active.length, outputPositions };
}

function positions({ size, outputPositions }: ProbedLayer) {
  return { nonZeros: size, outputPositions };
}
