import type {
  Clock,
  EngineLayer,
  LayerShape,
  Measure,
  MetricEvent,
  Probe,
  ProbedLayer,
  Signal,
} from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { asObserverError, checkMeasurement, type NamedObserver } from './observers.js';

interface NamedProbe {
  readonly name: string;
  readonly probe: Probe;
}

/** A layer of the engine, and how strategies read its shape. */
export interface ProbedShape {
  readonly shape: LayerShape;
  readonly layer: EngineLayer;
  readonly dense: boolean;
}

/** Lets the probes of observers look at the network when they are due. */
export class ProbeBoard {
  readonly #probes: readonly NamedProbe[];
  readonly #layers: readonly ProbedShape[];

  constructor(observers: readonly NamedObserver[], layers: readonly ProbedShape[]) {
    this.#probes = observers.flatMap(({ name, observer: { probe } }) => (probe ? [{ name, probe }] : []));
    this.#layers = layers;
  }

  /**
   * Who looks at the step that the clock shows, and which signals they read.
   * @param updates - whether the step ends with a topology update
   */
  due(clock: Clock, updates: boolean): readonly NamedProbe[] {
    return this.#probes.filter(({ name, probe }) => guard(name, () => probe.due(clock, updates)));
  }

  /** Looks once before the first step, with all probes that read no signals. */
  begin(clock: Clock): readonly MetricEvent[] {
    return this.look(this.#probes, clock, false);
  }

  /**
   * Lets those of some probes look that read signals, or those that read none.
   * @throws EspalierError ESPALIER_OBSERVER_THREW, ESPALIER_UNDECLARED_SIGNAL naming the observer
   */
  look(probes: readonly NamedProbe[], clock: Clock, signals: boolean): readonly MetricEvent[] {
    const metrics: MetricEvent[] = [];
    for (const { name, probe } of probes) {
      const needs = probe.needs ?? [];
      if (needs.length > 0 !== signals) continue;
      const measure: Measure = (metric, value) => {
        checkMeasurement(metric, value);
        metrics.push({ type: 'metric', step: clock.step, observer: name, name: metric, value });
      };
      const layers = this.#layers.map((layer) => probed(layer, name, needs));
      guard(name, () => probe.look(layers, clock, measure));
    }
    return metrics;
  }
}

function probed(
  { shape, layer, dense }: ProbedShape,
  observer: string,
  needs: readonly Signal[],
): ProbedLayer {
  const check = (signal: Signal) => {
    if (needs.includes(signal)) return;
    throw new EspalierError(
      'ESPALIER_UNDECLARED_SIGNAL',
      `The observer "${observer}" reads the signal "${signal}", but the needs of its probe are [${needs.join(', ')}]; add it there.`,
    );
  };
  return {
    ...shape,
    dense,
    get active() {
      return layer.active;
    },
    weights: () => layer.weights(),
    signal(signal, positions) {
      check(signal);
      return layer.signal(signal, positions);
    },
    scan(signal, visit) {
      check(signal);
      layer.scan(signal, visit);
    },
  };
}

function guard<T>(name: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asObserverError(name, error);
  }
}
