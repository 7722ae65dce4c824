import {
  createRandomSource,
  type Positions,
  sampleOutside,
  type TrainEvent,
  union,
  without,
} from '@espalier/core';
import { parseConfig, RunDirectory, SummaryCollector } from '@espalier/runs';
import { RECIPE } from './recipe.js';

/** A layer of a run that is made up. */
export interface MadeLayer {
  readonly name: string;
  readonly shape: readonly number[];
  /** At the start; all positions where the layer is kept dense. */
  readonly active: readonly number[];
  readonly dense?: boolean;
}

/** A run that is made up. */
export interface MadeRun {
  readonly method?: string;
  readonly seed?: number;
  readonly density?: number;
  readonly architecture?: string;
  readonly data?: string;
  readonly layers?: readonly MadeLayer[];
  /** Per update and sparse layer, what left and came. */
  readonly updates?: readonly (readonly {
    readonly pruned: readonly number[];
    readonly grown: readonly number[];
  }[])[];
  readonly steps?: number;
  /** Test accuracy at the end; null for regression. */
  readonly accuracy?: number | null;
  readonly loss?: number;
  readonly inputShape?: readonly number[];
  readonly command?: string;
  readonly outcome?: 'completed' | 'stopped' | 'failed';
  readonly warning?: string;
  /** What an observer measured at every step, as numbers or per layer: name and the value at the step. */
  readonly metrics?: Readonly<Record<string, (step: number) => number | readonly number[]>>;
  readonly version?: string;
  /** Further keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Two layers of 4 x 5 and 5 x 2 with half of their positions active. */
export const LAYERS: readonly MadeLayer[] = [
  { name: 'fc1/kernel', shape: [4, 5], active: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18] },
  { name: 'fc2/kernel', shape: [5, 2], active: [0, 1, 2, 3, 4] },
];

/** Two updates of {@link LAYERS}: the first layer gets a weight of the second, and gives it back elsewhere. */
export const UPDATES: NonNullable<MadeRun['updates']> = [
  [
    { pruned: [0, 2], grown: [1, 3, 5] },
    { pruned: [4], grown: [] },
  ],
  [
    { pruned: [1, 4], grown: [0] },
    { pruned: [3], grown: [8, 9] },
  ],
];

/** Writes a run directory with the writers that a real run has. */
export function writeRun(path: string, run: MadeRun = {}): string {
  const { method = 'made', seed = 0, density = 0.5, layers = LAYERS, updates = [], steps = 20 } = run;
  const { outcome = 'completed', accuracy = 0.8, loss = 0.5, architecture = 'mlp', data = 'synthetic' } = run;
  const directory = RunDirectory.create(path);
  const config = { seed, method, architecture, data, sparsity: { density }, ...run.config };
  directory.writeConfig(parseConfig(config, 'test'));
  const sparse = layers.filter((layer) => layer.dense !== true);
  const sizes = layers.map(({ shape }) => shape.reduce((product, n) => product * n, 1));
  const topology = directory.createTopology(
    sparse.map(({ name, shape }) => ({
      name,
      shape,
      size: sizes[layers.findIndex((l) => l.name === name)]!,
    })),
  );
  const active = sparse.map((layer) => Uint32Array.from(layer.active) as Positions);
  topology.start(active);
  const budget = active.reduce((all, { length }) => all + length, 0);
  const size = sizes.reduce((all, n) => all + n, 0);
  const events = directory.createEvents();
  const summary = new SummaryCollector({
    version: run.version ?? '0.1.0',
    architecture: { use: architecture },
    data: { use: data },
    ...(run.inputShape === undefined ? {} : { inputShape: run.inputShape }),
    ...(run.command === undefined ? {} : { command: run.command }),
  });
  const emit = (event: TrainEvent) => {
    events.observe(event);
    summary.observe(event);
  };
  emit({
    type: 'run:start',
    step: 0,
    totalSteps: steps,
    epochs: 1,
    stepsPerEpoch: steps,
    seed,
    engine: { name: 'reference', backend: 'float64', threads: 1 },
    density: { requested: density, actual: budget / size },
    budget,
    recipe: { ...RECIPE, method },
    layers: layers.map(({ name, shape, active: { length }, dense = false }, i) => ({
      name,
      shape,
      size: sizes[i]!,
      nonZeros: length,
      dense,
    })),
  });
  if (run.warning !== undefined) {
    emit({ type: 'warning', step: 0, kind: 'test', message: run.warning, facts: {} });
  }
  const taken = outcome === 'completed' ? steps : Math.ceil(steps / 2);
  let committed = 0;
  for (let step = 0; step < taken; step++) {
    emit({ type: 'step', step, epoch: 0, loss: 2 - step / steps + seed / 10, learningRate: 0.1 });
    for (const [name, measure] of Object.entries(run.metrics ?? {})) {
      emit({ type: 'metric', step, observer: 'gauge', name, value: measure(step) });
    }
    const updateIndex = Math.floor(step / 4);
    const update = step % 4 === 3 ? updates[updateIndex] : undefined;
    if (update === undefined) continue;
    committed++;
    const nonZeros = active.map(({ length }) => length);
    const changes = update.map(({ pruned, grown }, i) => {
      const change = { pruned: Uint32Array.from(pruned), grown: Uint32Array.from(grown) };
      active[i] = union(without(active[i]!, change.pruned), change.grown);
      return change;
    });
    topology.update({ step, updateIndex, layers: changes });
    emit({
      type: 'topology:update',
      step,
      epoch: 0,
      updateIndex,
      dropFraction: 0.2,
      budget,
      pruned: 0,
      grown: 0,
      returned: 0,
      layers: sparse.map(({ name }, i) => ({
        name,
        pruned: changes[i]!.pruned.length,
        grown: changes[i]!.grown.length,
        returned: 0,
        nonZerosBefore: nonZeros[i]!,
        nonZerosAfter: active[i]!.length,
      })),
    });
  }
  if (outcome !== 'failed') {
    const measured = accuracy === null ? { loss } : { loss, accuracy };
    emit({ type: 'evaluation', step: taken - 1, epoch: 0, split: 'test', examples: 10, ...measured });
    emit({ type: 'run:end', step: taken, topologyUpdates: committed, outcome });
  }
  events.close();
  topology.close();
  directory.writeSummary(summary.summary()!);
  return path;
}

/** Some ascending positions out of `size`, the same every time. */
export function somePositions(size: number, count: number, seed = 0): number[] {
  const stream = createRandomSource(seed).stream('test', '', 0);
  return [...sampleOutside(size, new Uint32Array(0), count, stream)];
}
