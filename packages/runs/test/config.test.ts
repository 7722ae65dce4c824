import { defineConfig, parseConfig, type RunConfig, toRunConfig } from '@espalier/runs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const parse = (value: unknown) => parseConfig(value, 'run.yaml');

describe('parseConfig', () => {
  it('fills in every default', () => {
    expect(parse({})).toEqual({
      seed: 0,
      engine: 'auto',
      data: { use: 'fashion-mnist-mini' },
      architecture: { use: 'lenet-300-100' },
      sparsity: { density: 0.1, keepDense: [], budgetIncludesDense: false },
      method: { use: 'ggr' },
      recipe: {},
      optimizer: {
        use: 'sgd',
        learningRate: 0.1,
        momentum: 0.9,
        nesterov: false,
        weightDecay: 0.0005,
        schedule: { use: 'cosine', minimum: 0, warmup: 0 },
      },
      train: { epochs: 10, batchSize: 32, evaluateEvery: 1 },
      plugins: [],
      observers: [],
    });
  });

  it('spells every name out', () => {
    const config = parse({
      data: 'synthetic',
      architecture: { use: 'mlp', layers: [4, 3] },
      method: { dropFraction: 0.5 },
      regrow: ['gradient', { use: 'random', share: 0.1, spread: 'drawn' }],
      drop: { fraction: 0.2 },
      hook: null,
      slots: 'keep',
      rounds: [{ regrow: 'random' }, { prune: 'magnitude', regrow: ['gradient'] }],
      observers: ['dead-units', { use: 'flow', every: 2 }],
    });
    expect(config).toMatchObject({
      data: { use: 'synthetic' },
      architecture: { use: 'mlp', layers: [4, 3] },
      method: { use: 'ggr', dropFraction: 0.5 },
      observers: [{ use: 'dead-units' }, { use: 'flow', every: 2 }],
    });
    expect(config.recipe).toEqual({
      regrow: [{ use: 'gradient' }, { use: 'random', share: 0.1, spread: 'drawn' }],
      drop: { fraction: 0.2 },
      hook: null,
      slots: { use: 'keep' },
      rounds: [{ regrow: { use: 'random' } }, { prune: { use: 'magnitude' }, regrow: [{ use: 'gradient' }] }],
    });
  });

  it('gives each optimizer its own defaults', () => {
    expect(parse({ optimizer: 'adam' }).optimizer).toEqual({
      use: 'adam',
      learningRate: 0.001,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      schedule: { use: 'cosine', minimum: 0, warmup: 0 },
    });
    expect(parse({ optimizer: 'adamw' }).optimizer.weightDecay).toBe(0.01);
    expect(parse({ optimizer: { schedule: 'constant' } }).optimizer).toMatchObject({
      use: 'sgd',
      schedule: { use: 'constant', warmup: 0 },
    });
    expect(parse({ optimizer: { schedule: { warmup: 0.1 } } }).optimizer.schedule).toEqual({
      use: 'cosine',
      minimum: 0,
      warmup: 0.1,
    });
  });

  it('takes sparsity in the place of density, without the dust of 1 - 0.9', () => {
    expect(parse({ sparsity: { sparsity: 0.9 } }).sparsity.density).toBe(0.1);
    expect(parse({ sparsity: { sparsity: 0 } }).sparsity.density).toBe(1);
  });

  it('takes backend, threads and dense state beside the engine or with it', () => {
    const settings = { backend: 'wasm', threads: 2, denseState: 'allow' };
    const placed = { engine: 'tfjs', ...settings };
    expect(parse(placed)).toMatchObject(placed);
    expect(parse({ engine: { use: 'tfjs', ...settings } })).toMatchObject(placed);
    expect(() => parse({ denseState: 'maybe' })).toThrow(/refuse.*allow/);
    expect(() => parse({ engine: { use: 'tfjs', backend: 'wasm' }, backend: 'cpu' })).toThrow('give one');
  });

  it('knows no loss but those to train by', () => {
    expect(parse({ train: { loss: 'cross-entropy' } }).train.loss).toBe('cross-entropy');
    expect(() => parse({ train: { loss: 'output-sum' } })).toThrow(/train\.loss.*output-sum/);
  });

  it('leaves keys out that have no value, as object literals often have', () => {
    expect(parse({ backend: undefined, train: { loss: undefined } })).toEqual(parse({}));
  });

  it('does not change what it was given', () => {
    const config = { method: 'set', regrow: ['random'], optimizer: { schedule: 'cosine' } };
    const before = structuredClone(config);
    parse(config);
    expect(config).toEqual(before);
  });

  it('gives the same configuration again from what run.yaml holds', () => {
    const choice = fc.constantFrom('a', { use: 'b', x: 1 }, { y: [1, { z: null }] });
    const configs: fc.Arbitrary<RunConfig> = fc.record(
      {
        seed: fc.nat(),
        engine: fc.constantFrom('tfjs', { use: 'reference', threads: 1 }),
        method: choice,
        prune: choice,
        regrow: fc.oneof(choice, fc.constant(['gradient', { use: 'random', share: 0.5 }])),
        skipOptimizerStep: fc.boolean(),
        slots: fc.constantFrom('zero' as const, { use: 'seed' as const, scale: -1 }),
        rounds: fc.array(fc.record({ regrow: choice }), { minLength: 1, maxLength: 2 }),
        optimizer: fc.constantFrom('adam' as const, { momentum: 0.5, schedule: { minimum: 0.01 } }),
        sparsity: fc.constantFrom({ density: 0.02, keepDense: ['fc3/*'] }, { sparsity: 0.98 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(configs, (config) => {
        const resolved = parse(config);
        expect(parse(toRunConfig(resolved))).toEqual(resolved);
      }),
    );
  });

  it('types the configurations of run files', () => {
    const config = { method: 'rigl', sparsity: { density: 0.05 } } as const;
    expect(defineConfig(config)).toBe(config);
  });
});

describe('the errors of parseConfig', () => {
  it.each([
    ['an unknown key', { sede: 1 }, 'There is no key "sede". Did you mean "seed"?'],
    ['an unknown key inside', { train: { epoch: 3 } }, 'train has no key "epoch". Did you mean "epochs"?'],
    [
      'an unknown key of an optimizer',
      { optimizer: { use: 'adam', momentum: 0.9 } },
      'optimizer has no key "momentum"',
    ],
    [
      'an unknown key of a schedule',
      { optimizer: { schedule: { use: 'step', every: 1, factor: 0.1, minimum: 0 } } },
      'optimizer.schedule has no key "minimum"',
    ],
    [
      'an unknown key of a round',
      { rounds: [{ regorw: 'random' }] },
      'rounds.0 has no key "regorw". Did you mean "regrow"?',
    ],
    ['an unknown key of slots', { slots: { use: 'zero', scale: 1 } }, 'slots has no key "scale"'],
    [
      'an unknown key of the engine',
      { engine: { use: 'tfjs', thread: 1 } },
      'engine has no key "thread". Did you mean "threads"?',
    ],
    ['a wrong type', { train: { epochs: '10' } }, 'train.epochs must be a number, not "10"'],
    ['a fraction', { train: { batchSize: 1.5 } }, 'train.batchSize must be an integer, not 1.5'],
    ['a number below the least', { train: { epochs: 0 } }, 'train.epochs must be at least 1, not 0'],
    [
      'a number at an open bound',
      { optimizer: { learningRate: 0 } },
      'optimizer.learningRate must be above 0, not 0',
    ],
    ['a number above the most', { optimizer: { momentum: 1 } }, 'optimizer.momentum must be below 1, not 1'],
    ['not a number', { minDensity: Number.NaN }, 'minDensity must be a number, not NaN'],
    ['a wrong word', { order: 'regrow' }, 'order must be one of prune-regrow, regrow-prune, not "regrow"'],
    [
      'an unknown optimizer',
      { optimizer: 'sdg' },
      'optimizer.use must be one of sgd, adam, adamw, not "sdg"',
    ],
    [
      'an unknown schedule',
      { optimizer: { schedule: 'linear' } },
      'optimizer.schedule.use must be one of constant, cosine, step, not "linear"',
    ],
    [
      'an incomplete schedule',
      { optimizer: { schedule: 'step' } },
      'optimizer.schedule.every is missing; it must be a number',
    ],
    [
      'an unknown slot policy',
      { slots: 'mean' },
      'slots.use must be one of zero, keep, layerMean, seed, not "mean"',
    ],
    ['a number for a name', { method: 3 }, 'method must be a name or { use: name, ...options }, not 3'],
    [
      'a list for a name',
      { prune: ['magnitude'] },
      'prune must be a name or { use: name, ...options }, not ["magnitude"]',
    ],
    ['a number for a hook', { hook: 3 }, 'hook must be a name or { use: name, ...options }, or null, not 3'],
    ['an empty name', { method: '' }, 'method.use must not be empty'],
    [
      'a share above 1',
      { regrow: ['gradient', { use: 'random', share: 2 }] },
      'regrow.1.share must be at most 1, not 2',
    ],
    ['a regrow list entry without a name', { regrow: [{ share: 0.5 }] }, 'regrow.0.use is missing'],
    [
      'a number to regrow by',
      { regrow: 1 },
      'regrow must be a name, { use: name, ...options }, or a list of these with shares, not 1',
    ],
    [
      'an option that is a function',
      { method: { use: 'ggr', f: () => 1 } },
      'method.f must be a value that JSON can hold, not a function',
    ],
    [
      'a number for a mapping',
      { sparsity: 0.9 },
      'sparsity must be a mapping of density, sparsity, keepDense, budgetIncludesDense, not 0.9',
    ],
    ['a text for a list', { plugins: 'x' }, 'plugins must be a list, not "x"'],
    ['no mapping at all', [1], 'The configuration must be a mapping of keys to values, not [1]'],
    ['both density and sparsity', { sparsity: { density: 0.1, sparsity: 0.9 } }, 'give one'],
  ])('explain %s', (_, value, message) => {
    expect(() => parse(value)).toThrow(`[ESPALIER_INVALID_CONFIG] run.yaml: `);
    expect(() => parse(value)).toThrow(message);
  });

  it('list every problem at once', () => {
    expect(() => parse({ seed: -1, train: { epochs: 0 } })).toThrow(
      'run.yaml: \n  - seed must be at least 0, not -1\n  - train.epochs must be at least 1, not 0',
    );
  });

  it.each([
    [{ density: 0 }],
    [{ density: 1.5 }],
    [{ density: -0.1 }],
    [{ sparsity: 1 }],
    [{ sparsity: -0.5 }],
  ])('name the range for %j', (sparsity) => {
    expect(() => parse({ sparsity })).toThrow(/ESPALIER_INVALID_DENSITY\] run.yaml: sparsity\..*outside/);
  });

  it('refuse keys that could reach prototypes', () => {
    expect(() => parse(JSON.parse('{ "__proto__": { "seed": 1 } }'))).toThrow('"__proto__"');
    expect(parse(JSON.parse('{ "method": { "use": "ggr", "__proto__": { "a": 1 } } }')).method).toEqual({
      use: 'ggr',
    });
  });
});
