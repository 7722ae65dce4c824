import {
  type Choice,
  type Clock,
  describeLayer,
  type ExpandedRecipe,
  expandRecipe,
  type LayerDescription,
  type MetricEvent,
  type Plugin,
  type ProbedLayer,
  Registry,
  RUN_FACTS,
  type TopologyUpdateEvent,
  type TrainEvent,
} from '@espalier/core';
import standard from '@espalier/plugin-standard';
import { clockAt } from '../../../../test/support/pipeline.js';
import metrics from '../../src/index.js';

/** A layer with a topology, and what it has besides. */
export interface GivenLayer {
  readonly description: LayerDescription;
  readonly active: readonly number[];
  readonly dense?: boolean;
  /** Per position. */
  readonly gradient?: readonly number[];
}

/** A layer as a probe sees it. */
function probed({ description, active, dense = false, gradient = [] }: GivenLayer, index = 0): ProbedLayer {
  const values = Float32Array.from(gradient);
  return {
    ...describeLayer(description, index),
    active: Uint32Array.from(active),
    dense,
    weights: () => new Float32Array(active.length),
    signal: (_, positions) => Float32Array.from(positions, (position) => values[position]!),
    scan: (_, visit) => visit(0, values),
  };
}

/** A dense layer from a matrix of zeros and ones that is written by units, as the vectors have it. */
export function masked(
  name: string,
  rows: readonly (readonly number[])[],
  sources: readonly string[],
): GivenLayer {
  const units = rows.length;
  const inputs = rows[0]!.length;
  const active = Array.from({ length: inputs * units }, (_, p) => p).filter(
    (p) => rows[p % units]![Math.floor(p / units)],
  );
  return { description: { name, kind: 'dense', shape: [inputs, units], sources }, active };
}

/** Which observer, of which method. */
export interface Observed {
  readonly observe: Choice;
  readonly method?: Choice;
  readonly recipe?: Partial<ExpandedRecipe>;
  readonly plugins?: readonly Plugin[];
}

/** An observer in the hands of a test, which tells it of steps and shows it layers. */
export class Hand {
  /** What was measured at the last look. */
  last: Readonly<Record<string, MetricEvent['value']>> = {};
  readonly #observer;
  readonly #recipe: ExpandedRecipe;
  #step = 0;
  #updates = 0;

  constructor({ observe, method = 'static', recipe = {}, plugins = [] }: Observed) {
    const registry = new Registry();
    registry.provide(RUN_FACTS, () => ({ seed: 1, totalSteps: 1000, stepsPerEpoch: 100, density: 0.1 }));
    for (const plugin of [standard, metrics, ...plugins]) registry.add(plugin);
    this.#observer = registry.create('observe', observe).strategy;
    this.#recipe = { ...expandRecipe(registry, method), ...recipe };
  }

  /** The run begins. */
  start(layers: readonly GivenLayer[]): this {
    this.#tell({
      type: 'run:start',
      step: 0,
      totalSteps: 1000,
      epochs: 10,
      stepsPerEpoch: 100,
      seed: 1,
      engine: { name: 'none', backend: 'none', threads: 1 },
      density: { requested: 0.1, actual: 0.1 },
      budget: 0,
      recipe: this.#recipe,
      layers: layers.map(probed).map(({ name, shape, size, active, dense }) => ({
        ...{ name, shape, size, dense },
        nonZeros: active.length,
      })),
    });
    return this.look(layers);
  }

  /** Some training steps. */
  steps(count: number): this {
    for (let i = 0; i < count; i++, this.#step++) {
      this.#tell({ type: 'step', step: this.#step, epoch: 0, loss: 1, learningRate: 1 });
    }
    return this;
  }

  /** The last step ends with an update. */
  update(layers: readonly GivenLayer[], facts: Partial<TopologyUpdateEvent> = {}): this {
    this.#tell({
      type: 'topology:update',
      step: this.#step - 1,
      epoch: 0,
      updateIndex: this.#updates++,
      dropFraction: 0.3,
      budget: 0,
      pruned: 0,
      grown: 0,
      returned: 0,
      layers: [],
      ...facts,
    });
    return this.look(layers);
  }

  /** The observer looks, as at the end of an epoch. */
  look(layers: readonly GivenLayer[]): this {
    const measured: Record<string, MetricEvent['value']> = {};
    const clock: Clock = clockAt(this.#step);
    this.#observer.probe!.look(layers.map(probed), clock, (name, value) => {
      measured[name] = value;
    });
    this.last = measured;
    return this;
  }

  /** Whether the observer looks at a step. */
  due(step: number, updates: boolean): boolean {
    return this.#observer.probe!.due(clockAt(step), updates);
  }

  #tell(event: TrainEvent): void {
    this.#observer.observe(event, () => {
      throw new Error('measured in answer to an event');
    });
  }
}
