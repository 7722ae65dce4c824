import { type EngineOptions, engineChecks, NETWORKS, Untried } from '@espalier/conformance';
import {
  type Engine,
  type EngineFactory,
  type EngineLayer,
  type StepRequest,
  strongestOf,
} from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { describe, expect, it } from 'vitest';

/** How an engine differs from the reference that it is made of. */
interface Fault {
  readonly factory?: Partial<EngineFactory>;
  readonly engine?: (engine: Engine) => Partial<Engine>;
  readonly layer?: (layer: EngineLayer) => Partial<EngineLayer>;
}

function faulty({ factory = {}, engine: change = () => ({}), layer = () => ({}) }: Fault): EngineFactory {
  const reference = referenceEngine();
  return {
    ...reference,
    create: async (request) => {
      const engine = await reference.create(request);
      return { ...delegate(engine, (one) => ({ ...layerOf(one), ...layer(one) })), ...change(engine) };
    },
    ...factory,
  };
}

function delegate(engine: Engine, wrap: (layer: EngineLayer) => EngineLayer): Engine {
  const { name, backend, threads, signals } = engine;
  return {
    ...{ name, backend, threads, signals },
    layers: engine.layers.map((layer) =>
      Object.defineProperty(wrap(layer), 'active', { get: () => layer.active }),
    ),
    trainStep: (batch, request) => engine.trainStep(batch, request),
    applyTopology: (changes) => engine.applyTopology(changes),
    evaluate: (batch) => engine.evaluate(batch),
    predict: (inputs, size) => engine.predict!(inputs, size),
    save: () => engine.save(),
    load: (state) => engine.load(state),
    dispose: () => engine.dispose(),
  };
}

function layerOf(layer: EngineLayer): EngineLayer {
  const { name, kind, shape, groups, outputPositions, sources } = layer;
  return {
    ...{ name, kind, shape, active: layer.active },
    ...(groups === undefined ? {} : { groups }),
    ...(outputPositions === undefined ? {} : { outputPositions }),
    ...(sources === undefined ? {} : { sources }),
    weights: () => layer.weights(),
    setWeights: (values) => layer.setWeights(values),
    signal: (signal, positions) => layer.signal(signal, positions),
    strongest: (signal, limit, excluded, atLeast) => layer.strongest(signal, limit, excluded, atLeast),
    scan: (signal, visit) => layer.scan(signal, visit),
    factors: (sign) => layer.factors!(sign),
  };
}

const options: EngineOptions = { networks: NETWORKS.slice(0, 1) };

async function failuresOf(factory: EngineFactory): Promise<string[]> {
  const failures: string[] = [];
  for (const { name, run } of engineChecks(() => factory, options)) {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof Untried)) failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  return failures;
}

const withSteps = (change: (request: StepRequest) => Partial<StepRequest>): Fault => ({
  engine: (engine) => ({
    trainStep: (batch, request) => engine.trainStep(batch, { ...request, ...change(request) }),
  }),
});

const lossTimes = (factor: number): Fault => ({
  engine: (engine) => ({
    trainStep: async (batch, request) => ({ loss: (await engine.trainStep(batch, request)).loss * factor }),
  }),
});

const gradientOf = (layer: EngineLayer) => {
  const all = new Float32Array(layer.shape.reduce((product, n) => product * n, 1));
  layer.scan('gradient', (first, values) => all.set(values, first));
  return all;
};

const cases: readonly (readonly [what: string, fault: Fault, finding: RegExp])[] = [
  [
    'losses that are off by a thousandth',
    lossTimes(1.001),
    /losses and gradients.*the cross-entropy of 5 examples/,
  ],
  [
    'no gradients where no weight is',
    {
      layer: (layer) => ({
        scan: (signal, visit) =>
          layer.scan(signal, (first, values) => {
            const active = new Set<number>(layer.active);
            visit(
              first,
              values.map((value, i) => (active.has(first + i) ? value : 0)),
            );
          }),
      }),
    },
    /the gradient by fc1\/kernel of the cross-entropy/,
  ],
  [
    'blocks that leave positions out',
    {
      layer: (layer) => ({
        scan: (signal, visit) => layer.scan(signal, (_, values) => visit(1, values.slice(1))),
      }),
    },
    /scan visits 1 after 0 positions/,
  ],
  [
    'excluded positions among the strongest',
    {
      layer: (layer) => ({
        strongest: (signal, limit, _, atLeast) => layer.strongest(signal, limit, new Uint32Array(0), atLeast),
      }),
    },
    /finds the strongest of its own gradient/,
  ],
  [
    'no regard for atLeast',
    {
      layer: (layer) => ({
        strongest: (signal, limit, excluded) => layer.strongest(signal, limit, excluded, 0),
      }),
    },
    /is given where at least .* was asked for/,
  ],
  [
    'ties that go to higher positions',
    {
      layer: (layer) => ({
        strongest(signal, limit, excluded, atLeast) {
          if (signal !== 'gradient') return layer.strongest(signal, limit, excluded, atLeast);
          const reversed = gradientOf(layer).reverse();
          const last = reversed.length - 1;
          const barred = excluded.map((p) => last - p).reverse() as Uint32Array;
          const { positions, scores } = strongestOf(reversed, limit, barred, atLeast);
          return { positions: positions.map((p) => last - p).reverse(), scores: scores.reverse() } as never;
        },
      }),
    },
    /prefers lower positions among equal gradients/,
  ],
  [
    'momentum of another size',
    {
      layer: (layer) => ({
        signal: (signal, positions) =>
          layer.signal(signal, positions).map((value) => (signal === 'momentum' ? 2 * value : value)),
      }),
    },
    /has the momentum of the reference/,
  ],
  [
    'an optimizer that can not be left out',
    withSteps(() => ({ updateWeights: true })),
    /takes the steps of the reference with sgd/,
  ],
  [
    'gradients that are never summed',
    withSteps(() => ({ accumulate: false })),
    /sums gradients over batches as the reference/,
  ],
  [
    'a learning rate of its own',
    withSteps(() => ({ learningRate: 0.011 })),
    /takes the steps of the reference with adamw/,
  ],
  [
    'slots that are always zeroed',
    {
      engine: (engine) => ({
        applyTopology: (changes) =>
          engine.applyTopology(changes.map((change) => ({ ...change, slots: { use: 'zero' } }))),
      }),
    },
    /takes the steps of the reference with sgd, over topology changes: momentum\/fc1\/kernel\[\d+\] is 0 for/,
  ],
  [
    'a state without its slots',
    {
      engine: (engine) => ({
        load(state) {
          const slots = Object.entries(state.slots).map(([name, tensor]) => {
            const data = name.startsWith('gradient/') ? tensor.data : tensor.data.map(() => 0);
            return [name, { ...tensor, data }] as const;
          });
          engine.load({ ...state, slots: Object.fromEntries(slots) });
        },
      }),
    },
    /goes on with the same bytes from a saved state/,
  ],
  [
    'noise in its losses',
    {
      engine: (engine) => ({
        trainStep: async (batch, request) => {
          const result = await engine.trainStep(batch, request);
          const [layer] = engine.layers;
          layer!.setWeights(layer!.weights().map((weight) => weight * (1 + 1e-6 * Math.random())));
          return result;
        },
      }),
    },
    /gives the same bytes for the same request/,
  ],
  [
    'probabilities for predictions',
    {
      engine: (engine) => ({
        predict: async (inputs, size) => (await engine.predict!(inputs, size)).map(Math.exp),
      }),
    },
    /evaluates and predicts as the reference: predictions/,
  ],
  [
    'accuracy by chance',
    {
      engine: (engine) => ({
        evaluate: async (batch) => ({ ...(await engine.evaluate(batch)), correct: 9 }),
      }),
    },
    /examples, correct/,
  ],
  [
    'views of its own weights',
    {
      layer: (layer) => {
        const own = layer.weights();
        return { weights: () => own };
      },
    },
    /gives copies of weights/,
  ],
  [
    'factors that forget an example',
    {
      layer: (layer) => ({
        factors(sign) {
          const { rows, units } = layer.factors!(sign);
          return { rows: rows.map((row) => row / 2), units };
        },
      }),
    },
    /has the factors of the reference: the rows of/,
  ],
  [
    'an end that is none',
    { engine: () => ({ dispose: () => {} }) },
    /is disposed of once and for all: .*nothing was thrown/,
  ],
  [
    'a word for every model',
    { factory: { refuses: () => [] } },
    /refuses what is no network: refuses\(\) has nothing to say/,
  ],
  [
    'patience with foreign states',
    {
      engine: (engine) => ({
        load: (state) => {
          try {
            engine.load(state);
          } catch {}
        },
      }),
    },
    /refuses a state of another network/,
  ],
  [
    'changes that begin before they are checked',
    {
      engine: (engine) => ({
        applyTopology: (changes) => {
          for (const change of changes) engine.applyTopology([change]);
        },
      }),
    },
    /refuses topology changes that do not fit, and nothing happens then/,
  ],
  [
    'errors of its own',
    {
      engine: (engine) => ({
        trainStep: async (batch, request) => {
          try {
            return await engine.trainStep(batch, request);
          } catch (error) {
            throw new RangeError('no', { cause: error });
          }
        },
      }),
    },
    /refuses batches that do not fit: .*RangeError was thrown, but ESPALIER_DATA_SHAPE is due/,
  ],
];

describe('an engine with', () => {
  it.each(cases)('%s is found out', async (_, fault, finding) => {
    expect((await failuresOf(faulty(fault))).join('\n')).toMatch(finding);
  });

  it('no fault is not', async () => {
    expect(await failuresOf(faulty({}))).toEqual([]);
  });
});

it('networks that an engine refuses are not tried', async () => {
  const factory = faulty({ factory: { refuses: () => ['It has no dense layers.'] } });
  const [first] = engineChecks(() => factory, options);
  await expect(first!.run()).rejects.toThrow(new Untried('It has no dense layers.'));
});
