import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSummary } from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { espalier } from '../support/command.js';
import { espalierHere } from '../support/in-process.js';
import { temporaryDirectory, writeFiles } from '../support/temporary.js';

const YAML = `# a comment
engine: reference
seed: 4
data: { use: synthetic, train: 100, test: 50 }
architecture: { use: mlp, layers: [784, 12, 10] }
sparsity: { density: 0.2 }
method: rigl
train: { epochs: 2 }
`;

const CONFIG = `{
  engine: 'reference', seed: 4, data: { use: 'synthetic', train: 100, test: 50 },
  architecture: { use: 'mlp', layers: [784, 12, 10] }, sparsity: { density: 0.2 }, method: 'rigl', train: { epochs: 2 },
}`;

const JSON_FILE = JSON.stringify({
  engine: 'reference',
  seed: 4,
  data: { use: 'synthetic', train: 100, test: 50 },
  architecture: { use: 'mlp', layers: [784, 12, 10] },
  sparsity: { density: 0.2 },
  method: 'rigl',
  train: { epochs: 2 },
});

const FILES = {
  'run.yaml': YAML,
  'run.json': JSON_FILE,
  'run.config.ts': `import { defineConfig, type RunConfig } from 'espalier';\nconst config: RunConfig = ${CONFIG};\nexport default defineConfig(config);\n`,
  'run.config.mjs': `import { defineConfig } from 'espalier';\nexport default defineConfig(${CONFIG});\n`,
};

/** A plugin as a third party writes it: prunes the largest weights, and says so in its method. */
const PLUGIN = (imported: string) => `import { definePlugin, method, strategy } from '${imported}';
export default definePlugin({
  name: '@acme/espalier-plugin-largest', api: 1,
  strategies: [
    strategy('prune', 'acme/largest', { sign: -1 }, {
      useFactory: ({ sign }) => ({ score: (layer) => layer.weights.map((w) => sign * Math.abs(w)) }),
    }, { summary: 'The largest weights leave.' }),
  ],
  methods: [
    method('acme/upside-down', { dropFraction: 0.2 }, ({ dropFraction }) => ({
      trigger: 'epoch-end', drop: { use: 'constant', dropFraction }, prune: 'acme/largest', regrow: 'random',
    }), { summary: 'SET upside down.' }),
  ],
});
`;

describe('run files', () => {
  it('say the same in YAML, JSON, TypeScript and JavaScript', async () => {
    const directory = temporaryDirectory();
    writeFiles(directory, FILES);
    const runs: string[] = [];
    for (const name of Object.keys(FILES)) {
      // Programs are to be loaded as a user's Node does it, not as a test runner.
      const run = name.includes('config') ? espalier : espalierHere;
      const { code, stderr } = await run(directory, 'train', name, '--out', `of-${name}`);
      expect({ code, stderr }, name).toEqual({ code: 0, stderr: '' });
      runs.push(readFileSync(join(directory, `of-${name}`, 'run.yaml'), 'utf8'));
    }
    expect(new Set(runs).size).toBe(1);
    expect(runs[0]).toContain('use: rigl');
  });

  it('give way to flags, and these to --set', async () => {
    const directory = temporaryDirectory();
    writeFiles(directory, { 'run.yaml': YAML });
    const flags = ['--seed', '9', '--density', '0.3', '--json', '--out', 'run'];
    const sets = ['--set', 'train.epochs=1', '--set', 'sparsity.sparsity=0.5'];
    const { stdout } = await espalierHere(directory, 'train', 'run.yaml', ...flags, ...sets);
    expect(JSON.parse(stdout)).toMatchObject({ seed: 9, density: { requested: 0.5 }, steps: 4 });
  });
});

describe('--set', () => {
  const recipeOf = async (...settings: string[]) => {
    const directory = temporaryDirectory();
    writeFiles(directory, { 'run.yaml': YAML });
    const sets = settings.flatMap((setting) => ['--set', setting]);
    const { code, stdout, stderr } = await espalierHere(
      directory,
      ...['train', 'run.yaml', '--json', '--out', 'run'],
      ...sets,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  it('replaces slots, and options of the method and of slots', async () => {
    const summary = await recipeOf(
      'regrow=random',
      'method.dropFraction=0.5',
      'trigger.updateInterval=3',
      'trigger.updateEnd=1',
    );
    expect(summary.recipe).toMatchObject({
      method: 'rigl',
      trigger: { use: 'step-interval', updateInterval: 3, updateEnd: 1 },
      rounds: [{ drop: { use: 'cosine', dropFraction: 0.5 }, regrow: [{ choice: { use: 'random' } }] }],
    });
    expect(summary.topologyUpdates).toBe(2);
  });

  it('replaces switches, lists and whole choices', async () => {
    const { recipe } = await recipeOf(
      'regrowPruned=never',
      'regrow=[gradient, { use: random, share: 0.25 }]',
      'drop={ use: constant, dropFraction: 0.1 }',
      'sparsity.keepDense=[dense_2/*]',
    );
    expect(recipe.regrowPruned).toBe('never');
    expect(recipe.rounds[0].drop).toEqual({ use: 'constant', dropFraction: 0.1 });
    expect(recipe.rounds[0].regrow.map((entry: { share: number }) => entry.share)).toEqual([0, 0.25]);
  });
});

describe('plugins of third parties', () => {
  const run = `${YAML.replace('method: rigl', 'method: { use: acme/upside-down, dropFraction: 0.4 }')}plugins: [PLUGIN]\n`;
  const packageJson = JSON.stringify({
    name: '@acme/espalier-plugin-largest',
    type: 'module',
    exports: './index.js',
  });

  it.each(['./plugin.mjs', './plugin.ts', 'plugin.mjs'])(
    'are loaded from the file %s beside the run file',
    async (file) => {
      const directory = temporaryDirectory();
      writeFiles(directory, {
        'configs/run.yaml': run.replace('PLUGIN', file),
        [`configs/${file}`]: PLUGIN(file.endsWith('.ts') ? 'espalier' : '@espalier/core'),
      });
      const { code, stderr } = await espalierHere(directory, 'train', 'configs/run.yaml', '--out', 'run');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const summary = readSummary(join(directory, 'run/summary.json'));
      expect(summary.recipe.rounds[0]).toMatchObject({
        drop: { dropFraction: 0.4 },
        prune: { use: 'acme/largest', sign: -1 },
      });
      expect(summary.topologyUpdates).toBe(1);
    },
  );

  it('are loaded from the packages that are installed beside the run file', async () => {
    const directory = temporaryDirectory();
    const home = 'configs/node_modules/@acme/espalier-plugin-largest';
    writeFiles(directory, {
      'configs/run.yaml': run.replace('PLUGIN', "'@acme/espalier-plugin-largest'"),
      [`${home}/package.json`]: packageJson,
      [`${home}/index.js`]: PLUGIN('./contract.js'),
      // What a published plugin has as its dependency: definitions are plain data.
      [`${home}/contract.js`]: `export const definePlugin = (plugin) => plugin;
        export const strategy = (slot, name, defaults, provider, about) => ({ slot, name, defaults, provider, about });
        export const method = (name, defaults, recipe, about) => ({ name, defaults, recipe, about });`,
    });
    const { code, stderr } = await espalier(directory, 'train', 'configs/run.yaml', '--out', 'run');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readSummary(join(directory, 'run/summary.json')).method).toBe('acme/upside-down');
  });

  it('are loaded by --plugin from the working directory, and only when named', async () => {
    const directory = temporaryDirectory();
    writeFiles(directory, { 'configs/run.yaml': YAML, 'plugin.mjs': PLUGIN('espalier') });
    const flags = ['--out', 'run', '--set', 'prune=acme/largest'];
    const unnamed = await espalierHere(directory, 'train', 'configs/run.yaml', ...flags);
    expect(unnamed.stderr).toContain('[ESPALIER_UNKNOWN_STRATEGY] There is no prune strategy "acme/largest"');
    const named = await espalier(
      directory,
      'train',
      'configs/run.yaml',
      ...flags,
      '--plugin',
      './plugin.mjs',
    );
    expect(named).toMatchObject({ code: 0, stderr: '' });
  });
});
