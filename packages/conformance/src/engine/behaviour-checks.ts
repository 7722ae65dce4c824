import { type Architecture, type EngineFactory, strongestOf, type TopologyChange } from '@espalier/core';
import { fail } from '../support/fail.js';
import { type Bench, type EngineCheck, expectFailure } from './bench.js';
import { changeOf, expectEqual } from './compare.js';
import { drawBatch, requestFor, stepRequest } from './request.js';

/** What needs no comparison: refusals, edges, disposal. Tried on one network. */
export const behaviourChecks: readonly EngineCheck[] = [
  { name: 'gives copies of weights, and takes as many as are active', run: checkWeights },
  { name: 'prefers lower positions among equal gradients', run: checkTies },
  { name: 'trains layers without weights, which grow anew', run: checkEmpty },
  { name: 'is not disturbed by another engine', run: checkApart },
  { name: 'supplies signals only where a step was asked for them', run: checkSignals },
  { name: 'refuses a start that does not fit', run: checkStart },
  { name: 'refuses batches that do not fit', run: checkBatches },
  { name: 'refuses topology changes that do not fit, and nothing happens then', run: checkChanges },
  { name: 'refuses a state of another network, and stays as it was', run: checkForeignState },
  { name: 'keeps its weights where a loss is not finite', run: checkNotFinite },
  { name: 'refuses what is no network', run: ({ factory }) => checkForeignModel(factory) },
  { name: 'is disposed of once and for all', run: checkDisposal },
];

const none = new Uint32Array(0);
const noValues = new Float32Array(0);

function change(layer: string, more: Partial<TopologyChange>): TopologyChange {
  return {
    ...{ layer, pruned: none, grown: none, restarted: none, slots: { use: 'zero' } },
    ...{ grownValues: new Float32Array(more.grown?.length ?? 0) },
    ...{ restartedValues: new Float32Array(more.restarted?.length ?? 0) },
    ...more,
  };
}

async function checkWeights({ network, make }: Bench): Promise<void> {
  const engine = await make(requestFor(network.architecture));
  const [layer] = engine.layers as [(typeof engine.layers)[number]];
  const before = layer.weights();
  layer.weights().fill(9);
  expectEqual(layer.weights(), before, 'weights');
  layer.setWeights(before.map((weight) => weight / 2));
  expectEqual(
    layer.weights(),
    before.map((weight) => weight / 2),
    'weights after setWeights',
  );
  await expectFailure(() => layer.setWeights(before.slice(1)), TypeError, 'setWeights with too few values');
}

async function checkTies({ make }: Bench): Promise<void> {
  const architecture: Architecture = {
    name: 'equal',
    inputShape: [40],
    nodes: [{ kind: 'dense', name: 'd', units: 300 }],
  };
  const request = requestFor(architecture, { loss: 'mean-squared-error' });
  const start = [{ name: 'd/kernel', active: none, weights: noValues }];
  const engine = await make({ ...request, start });
  // Rows 20 and 30 are twice the others, row 7 is 0.
  const inputs = Float32Array.from({ length: 40 }, (_, i) => (i === 20 || i === 30 ? 2 : i === 7 ? 0 : 1));
  await engine.trainStep({ size: 1, inputs, targets: new Float32Array(300).fill(1) }, stepRequest(0));
  const gradient = Float32Array.from({ length: 12000 }, (_, p) => (-2 / 300) * inputs[Math.floor(p / 300)]!);
  const excluded = Uint32Array.from({ length: 500 }, (_, i) => i * 3);
  for (const limit of [0, 1, 7, 599, 601, 5000, 11000, 20000]) {
    const { positions } = engine.layers[0]!.strongest('gradient', limit, excluded, 0);
    const expected = strongestOf(gradient, limit, excluded, 0).positions;
    expectEqual([...positions], [...expected], `the ${limit} strongest`);
  }
}

async function checkEmpty({ network, make, train }: Bench): Promise<void> {
  const engine = await make(requestFor(network.architecture, { density: 0 }));
  await train(engine, 0, 2);
  const [layer] = engine.layers as [(typeof engine.layers)[number]];
  const grown = Uint32Array.of(3, 5);
  engine.applyTopology([change(layer.name, { grown, grownValues: Float32Array.of(1, 2) })]);
  expectEqual(layer.weights(), Float32Array.of(1, 2), 'weights');
  await train(engine, 2, 3);
  engine.applyTopology([change(layer.name, { pruned: grown })]);
  expectEqual(layer.weights(), noValues, 'weights');
  await train(engine, 3, 4);
}

async function checkApart({ network, make, train }: Bench): Promise<void> {
  const request = requestFor(network.architecture, { optimizer: { momentum: 0.9 } });
  const [alone, one, other] = [await make(request), await make(request), await make(request)];
  await train(alone, 0, 4);
  for (let step = 0; step < 4; step++) {
    await train(one, step, step + 1);
    await train(other, step + 9, step + 10);
  }
  expectEqual(await one.save(), await alone.save(), 'the state');
}

async function checkSignals({ network, make, batch }: Bench): Promise<void> {
  const engine = await make(requestFor(network.architecture, { optimizer: { momentum: 0.9 } }));
  const [layer] = engine.layers as [(typeof engine.layers)[number]];
  const some = layer.active.slice(0, 2);
  const off = Uint32Array.of(layer.active.findIndex((position, i) => position !== i));
  await expectFailure(() => layer.signal('gradient', some), TypeError, 'the gradient before the first step');
  await engine.trainStep(batch(0), stepRequest(0));
  if (layer.signal('gradient', off).length !== 1) fail('The gradient has a value at an inactive position.');
  await expectFailure(() => layer.signal('momentum', off), TypeError, 'momentum at an inactive position');
  await expectFailure(() => layer.strongest('momentum', 1, none, 0), TypeError, 'the strongest momentum');
  await expectFailure(() => layer.scan('momentum', () => {}), TypeError, 'momentum at every position');
  await engine.trainStep(batch(1), stepRequest(1, { signals: new Set() }));
  await expectFailure(() => layer.signal('gradient', some), TypeError, 'a gradient that was not asked for');
  await expectFailure(() => layer.scan('gradient', () => {}), TypeError, 'a gradient that was not asked for');
  await expectFailure(() => layer.signal('momentum', some), TypeError, 'momentum that was not asked for');
  const unknown = stepRequest(2, { signals: new Set(['gradients']) });
  await expectFailure(
    () => engine.trainStep(batch(2), unknown),
    'ESPALIER_ENGINE_REFUSES',
    'an unknown signal',
  );
}

async function checkStart({ network, make }: Bench): Promise<void> {
  const request = requestFor(network.architecture);
  const [first, ...others] = request.start as [(typeof request.start)[number]];
  const begin = (change: object) => make({ ...request, start: [{ ...first, ...change }, ...others] });
  await expectFailure(
    () => make({ ...request, start: others }),
    TypeError,
    'a start without the first layer',
  );
  await expectFailure(() => begin({ weights: undefined }), TypeError, 'a start without weights');
  await expectFailure(
    () => begin({ weights: first.weights!.slice(1) }),
    TypeError,
    'a start with too few weights',
  );
  const descending = first.active.slice().reverse();
  await expectFailure(() => begin({ active: descending }), TypeError, 'positions that descend');
  const optimizer = { use: 'adom', learningRate: 1 } as never;
  await expectFailure(
    () => make({ ...request, optimizer }),
    'ESPALIER_INVALID_OPTION',
    'an unknown optimizer',
  );
}

async function checkBatches({ network, make, batch }: Bench): Promise<void> {
  const engine = await make(requestFor(network.architecture));
  const before = await engine.save();
  const misfits = {
    'an impossible size': { size: 0 },
    'too few inputs': { inputs: new Float32Array(3) },
    'no labels': { labels: undefined },
    'a label beyond the outputs': { labels: new Uint8Array(5).fill(network.outputs) },
  };
  for (const [what, more] of Object.entries(misfits)) {
    const misfit = { ...batch(0), ...more } as ReturnType<Bench['batch']>;
    await expectFailure(
      () => engine.trainStep(misfit, stepRequest(0)),
      'ESPALIER_DATA_SHAPE',
      `${what}, to train on`,
    );
    await expectFailure(() => engine.evaluate(misfit), 'ESPALIER_DATA_SHAPE', `${what}, to evaluate`);
  }
  const regression = await make(requestFor(network.architecture, { loss: 'mean-squared-error' }));
  const short = { ...batch(0), targets: new Float32Array(2) };
  await expectFailure(() => regression.evaluate(short), 'ESPALIER_DATA_SHAPE', 'too few targets');
  expectEqual(await engine.save(), before, 'the state');
}

async function checkChanges({ network, make, train }: Bench): Promise<void> {
  const engine = await make(requestFor(network.architecture));
  await train(engine, 0, 1);
  const before = await engine.save();
  const [first, second] = engine.layers as [(typeof engine.layers)[number], (typeof engine.layers)[number]];
  const good = change(first.name, { pruned: first.active.slice(0, 1) });
  const unknown = change('no/kernel', {});
  await expectFailure(
    () => engine.applyTopology([good, unknown]),
    'ESPALIER_UNKNOWN_LAYER',
    'an unknown layer',
  );
  await expectFailure(() => engine.applyTopology([good, good]), TypeError, 'two changes of one layer');
  const active = second.active.slice(0, 1);
  const inactive = Uint32Array.of(second.active.findIndex((position, i) => position !== i));
  const wrong: Readonly<Record<string, Partial<TopologyChange>>> = {
    'growth where a weight is': { grown: active },
    'pruning where no weight is': { pruned: inactive },
    'a restart where no weight is': { restarted: inactive },
    'growth without its values': { grown: inactive, grownValues: noValues },
  };
  for (const [what, more] of Object.entries(wrong)) {
    const changes = [good, change(second.name, more)];
    await expectFailure(() => engine.applyTopology(changes), TypeError, what);
    expectEqual(await engine.save(), before, `the state after ${what}`);
  }
}

async function checkForeignState({ network, make, train }: Bench): Promise<void> {
  const engine = await make(requestFor(network.architecture));
  await train(engine, 0, 1);
  const state = await engine.save();
  const [name] = Object.keys(state.parameters) as [string];
  const { [name]: _, ...parameters } = state.parameters;
  await expectFailure(
    () => engine.load({ ...state, parameters }),
    'ESPALIER_DATA_SHAPE',
    `a state without ${name}`,
  );
  const cut = { ...state.parameters[name]!, shape: [1] };
  const short = { ...state, parameters: { ...state.parameters, [name]: cut } };
  await expectFailure(
    () => engine.load(short),
    'ESPALIER_DATA_SHAPE',
    `a state with another shape of ${name}`,
  );
  expectEqual(await engine.save(), state, 'the state');
}

async function checkNotFinite({ network, make, train, batch }: Bench): Promise<void> {
  const engine = await make(requestFor(network.architecture, { optimizer: { use: 'adam' } }));
  await train(engine, 0, 2);
  const { parameters } = await engine.save();
  const spoilt = batch(2);
  spoilt.inputs[2] = Number.NaN;
  await expectFailure(
    () => engine.trainStep(spoilt, stepRequest(2)),
    'ESPALIER_NOT_FINITE',
    'an input of NaN',
  );
  expectEqual((await engine.save()).parameters, parameters, 'the parameters');
  await train(engine, 2, 3);
}

async function checkForeignModel(factory: EngineFactory): Promise<void> {
  const network = { model: { of: 'nobody' } };
  if (factory.refuses(network).length === 0)
    fail('refuses() has nothing to say against an object that is no model.');
  const request = { ...requestFor(TINY), network };
  await expectFailure(() => factory.create(request), 'ESPALIER_ENGINE_REFUSES', 'an object that is no model');
}

const TINY: Architecture = { name: 'tiny', inputShape: [1], nodes: [{ kind: 'dense', name: 'd', units: 1 }] };

async function checkDisposal({ network, make }: Bench): Promise<void> {
  const engine = await make(requestFor(network.architecture));
  const [layer] = engine.layers as [(typeof engine.layers)[number]];
  const changes = changeOf(engine, { use: 'zero' });
  engine.dispose();
  engine.dispose();
  const examples = drawBatch(0, 2, network.architecture.inputShape, network.outputs);
  const uses: Readonly<Record<string, () => unknown>> = {
    trainStep: () => engine.trainStep(examples, stepRequest(0)),
    evaluate: () => engine.evaluate(examples),
    save: () => engine.save(),
    applyTopology: () => engine.applyTopology(changes),
    'layer.weights': () => layer.weights(),
  };
  for (const [what, use] of Object.entries(uses))
    await expectFailure(use, 'ESPALIER_DISPOSED', `${what} after the end`);
}
