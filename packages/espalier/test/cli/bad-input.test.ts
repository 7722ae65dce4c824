import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { espalier } from '../support/command.js';
import { espalierHere, trainHere } from '../support/in-process.js';
import { refusal } from '../support/refusal.js';
import { temporaryDirectory, writeFiles } from '../support/temporary.js';

const FLAGS: Readonly<Record<string, readonly [flags: readonly string[], message: RegExp]>> = {
  'an unknown method': [
    ['--method', 'riggl'],
    /UNKNOWN_METHOD\] There is no method "riggl"\. Did you mean "rigl"\? Known: .*\bdense, .*\brigl, /,
  ],
  'an unknown strategy': [
    ['--set', 'regrow=gradiant'],
    /UNKNOWN_STRATEGY\] There is no regrow strategy "gradiant"\. Did you mean "gradient"\? Known: /,
  ],
  'an unknown option of a method': [
    ['--set', 'method.dropFration=0.5'],
    /UNKNOWN_OPTION\] method "ggr" has no option "dropFration"\. Did you mean "dropFraction"\? Known: /,
  ],
  'an unknown option of a strategy': [
    ['--set', 'trigger.every=3'],
    /UNKNOWN_OPTION\] .*"every".*Known: .*updateInterval/,
  ],
  'an option of the wrong type': [
    ['--set', 'method.dropFraction=much'],
    /INVALID_OPTION\] method "ggr": the option "dropFraction" is "much", but must be a finite number/,
  ],
  'an option out of range': [
    ['--set', 'method.dropFraction=1.5'],
    /INVALID_OPTION\] drop "cosine": dropFraction is 1\.5, but must lie in \[0, 1\]/,
  ],
  'an unknown data set': [
    ['--data', 'cifar'],
    /UNKNOWN_DATA\] No data set is called "cifar"\. Known: fashion-mnist, .*synthetic/,
  ],
  'an unknown option of a data set': [
    ['--set', 'data.examples=3'],
    /UNKNOWN_OPTION\] .*synthetic.*"examples".*Known: classes/,
  ],
  'an unknown architecture': [
    ['--architecture', 'lenet-300-10'],
    /UNKNOWN_ARCHITECTURE\] There is no architecture "lenet-300-10"\. Did you mean "lenet-300-100"\?/,
  ],
  'an unknown engine': [
    ['--engine', 'tpu'],
    /UNKNOWN_ENGINE\] There is no engine "tpu"\. Known: auto, reference, sparse, tfjs/,
  ],
  'an unknown backend': [
    ['--engine', 'tfjs', '--backend', 'webgl'],
    /INVALID_OPTION\] The engine tfjs has no backend "webgl"\. Known: auto, cpu, node, node-gpu, wasm/,
  ],
  'a backend of another engine': [
    ['--backend', 'wasm'],
    /INVALID_OPTION\] The engine reference has no backend "wasm"\. Known: float64/,
  ],
  'an unknown key': [
    ['--set', 'sparcity.density=0.1'],
    /INVALID_CONFIG\] command line: There is no key "sparcity"\. Did you mean "sparsity"\?/,
  ],
  'an unknown key inside another': [
    ['--set', 'train.epoch=1'],
    /INVALID_CONFIG\] command line: train has no key "epoch"\. Did you mean "epochs"\?/,
  ],
  'a glob that matches no layer': [
    ['--set', 'sparsity.keepDense=["fc9*"]'],
    /UNKNOWN_LAYER\] keepDense: "fc9\*" matches no layer\. Known: dense_1\/kernel, dense_2\/kernel/,
  ],
  'a density above 1': [
    ['--density', '1.5'],
    /INVALID_DENSITY\] command line: sparsity\.density is 1\.5, outside \(0, 1\]/,
  ],
  'a sparsity of 1': [
    ['--sparsity', '1'],
    /INVALID_DENSITY\] command line: sparsity\.sparsity is 1, outside \[0, 1\)/,
  ],
  'a density that is no number': [
    ['--density', 'low'],
    /INVALID_CONFIG\] command line: sparsity\.density must be a number, not "low"/,
  ],
  'density and sparsity': [
    ['--density', '0.1', '--sparsity', '0.9'],
    /option '-s, --sparsity <share>' cannot be used with option '-d, --density <share>'/,
  ],
  'a budget below the floors': [
    ['--density', '1e-7'],
    /INFEASIBLE_BUDGET\] .*budget of 0 weights for 2 layers, but their floors need 2/,
  ],
  'inputs that do not fit': [
    ['--set', 'architecture.layers=[100,20,10]'],
    /DATA_SHAPE\] Examples of shape \[28, 28, 1\] hold 784 values, but mlp-100-20-10 takes \[100\]/,
  ],
  'outputs that do not fit': [
    ['--set', 'architecture.layers=[784,20,7]'],
    /DATA_SHAPE\] .*has 7 outputs, but the data set "synthetic" has 10 classes; give the last layer 10 units/,
  ],
  'a plugin that is not installed': [
    ['--plugin', '@acme/nope'],
    /PLUGIN_NOT_FOUND\] The plugin "@acme\/nope" was not found from .*Install it there \(npm install @acme\/nope\)/,
  ],
  'a plugin file that is not there': [
    ['--plugin', './nope.js'],
    /PLUGIN_NOT_FOUND\] The plugin "\.\/nope\.js" was not found from .*relative to the run file, else to the working directory/,
  ],
  'a setting without value': [['--set', 'seed'], /INVALID_CONFIG\] --set seed: write key=value/],
  'a setting that is no YAML': [['--set', 'regrow=[a'], /INVALID_CONFIG\] --set regrow=\[a: /],
  'an unknown flag': [
    ['--sparsitty', '1'],
    /unknown option '--sparsitty'\n\(Did you mean --sparsity\?\)\nOptions are listed by: espalier train --help/,
  ],
};

describe('espalier train refuses', () => {
  it('what is wrong by exit code and message, as a process', async () => {
    const directory = temporaryDirectory();
    const ofFlag = await refusal(directory, espalier(directory, 'train', '--method', 'riggl'));
    expect(ofFlag).toMatch(/^espalier: \[ESPALIER_UNKNOWN_METHOD\] .*\n$/);
    const ofParser = await refusal(directory, espalier(directory, 'tran'));
    expect(ofParser).toMatch(/^espalier: unknown command 'tran'\n\(Did you mean train\?\)\n/);
  });

  it.each(Object.entries(FLAGS))('%s', async (_what, [flags, message]) => {
    const directory = temporaryDirectory();
    expect(await refusal(directory, trainHere(directory, ...flags))).toMatch(message);
  });
});

const RUN_FILES: Readonly<
  Record<string, readonly [name: string, content: string | undefined, message: RegExp]>
> = {
  'that is missing': ['run.yaml', undefined, /CONFIG_NOT_FOUND\] The run file run\.yaml does not exist/],
  'that is missing, a program': [
    'run.ts',
    undefined,
    /CONFIG_NOT_FOUND\] The run file run\.ts does not exist/,
  ],
  'that is empty': ['run.yaml', '', /INVALID_CONFIG\] run\.yaml is empty/],
  'that is malformed YAML': [
    'run.yaml',
    'seed: 1\nmethod: [rigl\n',
    /INVALID_CONFIG\] run\.yaml, line \d, column \d: /,
  ],
  'that is malformed JSON': [
    'run.json',
    '{ "seed": 1, }',
    /INVALID_CONFIG\] run\.json, line 1, column \d+: /,
  ],
  'of another kind': [
    'run.toml',
    'seed = 1',
    /INVALID_CONFIG\] run\.toml is not a run file: one ends in \.yaml, \.yml, \.json, or \.ts or \.js/,
  ],
  'with several mistakes, all of them': [
    'run.yaml',
    'train: { epochs: 0 }\nsed: 1\n',
    /INVALID_CONFIG\] run\.yaml: \n {2}- train\.epochs must be at least 1, not 0\n {2}- There is no key "sed"\. Did you mean "seed"\?/,
  ],
  'with density and sparsity': [
    'run.yaml',
    'sparsity: { density: 0.1, sparsity: 0.9 }',
    /INVALID_CONFIG\] run\.yaml: sparsity gives both density and sparsity/,
  ],
  'that is a program with a syntax error': [
    'run.ts',
    'export default {',
    /INVALID_CONFIG\] run\.ts could not be loaded: ParseError: .*run\.ts:1:/,
  ],
  'that is a program without default export': [
    'run.ts',
    'export const config = {};',
    /INVALID_CONFIG\] run\.ts has no default export; write: export default defineConfig/,
  ],
  'that is a program which throws': [
    'run.ts',
    'throw new Error("not today")',
    /INVALID_CONFIG\] run\.ts could not be loaded: not today/,
  ],
};

describe('espalier train refuses a run file', () => {
  it.each(Object.entries(RUN_FILES))('%s', async (_what, [name, content, message]) => {
    const directory = temporaryDirectory();
    if (content !== undefined) writeFiles(directory, { [name]: content });
    expect(await refusal(directory, espalierHere(directory, 'train', name))).toMatch(message);
  });

  it('that can not be read', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'run.yaml'));
    const message = await refusal(directory, espalierHere(directory, 'train', 'run.yaml'));
    expect(message).toMatch(/CONFIG_NOT_FOUND\] The run file can not be read: EISDIR/);
  });
});

describe('espalier train refuses an output directory', () => {
  it('that holds what is not its own, --force or not', async () => {
    const directory = temporaryDirectory();
    writeFiles(directory, { 'thesis/chapter1.txt': 'In the beginning', 'thesis/run.yaml': 'seed: 1' });
    for (const force of [[], ['--force']]) {
      const message = await refusal(directory, trainHere(directory, '--out', 'thesis', ...force));
      expect(message).toContain('[ESPALIER_OUTPUT_EXISTS] thesis is not empty and holds no run');
    }
    expect(readFileSync(join(directory, 'thesis/run.yaml'), 'utf8')).toBe('seed: 1');
  });

  it.each(['file', 'file/run'])('that can not be made: %s', async (out) => {
    const directory = temporaryDirectory();
    writeFiles(directory, { file: '' });
    const message = await refusal(directory, trainHere(directory, '--out', out));
    expect(message).toContain(`[ESPALIER_OUTPUT_UNWRITABLE] ${out} can not be written: `);
  });
});

describe('espalier train refuses data files', () => {
  const idx = (dimensions: readonly number[], bytes: number): Uint8Array => {
    const header = Buffer.alloc(4 + 4 * dimensions.length);
    header.writeUInt32BE(0x0800 + dimensions.length);
    for (const [i, n] of dimensions.entries()) header.writeUInt32BE(n, 4 + 4 * i);
    return Buffer.concat([header, Buffer.alloc(bytes)]);
  };
  const complete = {
    'digits/train-images-idx3-ubyte': idx([20, 28, 28], 20 * 784),
    'digits/train-labels-idx1-ubyte': idx([20], 20),
    'digits/t10k-images-idx3-ubyte': idx([10, 28, 28], 10 * 784),
    'digits/t10k-labels-idx1-ubyte': idx([10], 10),
  };
  const mnist = ['--data', 'mnist', '--data-dir', 'digits', '--engine', 'reference'];

  it.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      'truncated',
      { 'digits/train-images-idx3-ubyte': idx([20, 28, 28], 5000) },
      /DATA_CORRUPT\] .*train-images-idx3-ubyte/,
    ],
    [
      'of another format',
      { 'digits/t10k-labels-idx1-ubyte': Buffer.from('PNG, rather') },
      /DATA_CORRUPT\] .*t10k-labels-idx1-ubyte/,
    ],
    [
      'that do not go together',
      { 'digits/train-labels-idx1-ubyte': idx([19], 19) },
      /DATA_SHAPE\] .*19.*20|DATA_SHAPE\] .*20.*19/,
    ],
  ])('%s', async (_what, files, message) => {
    const directory = temporaryDirectory();
    writeFiles(directory, { ...complete, ...files });
    expect(await refusal(directory, espalierHere(directory, 'train', ...mnist))).toMatch(message);
  });

  it('that are missing, and takes those beside the run file or in the working directory', async () => {
    const directory = temporaryDirectory();
    const missing = await refusal(directory, espalierHere(directory, 'train', ...mnist));
    expect(missing).toMatch(/DATA_NOT_FOUND\] No directory with the files of mnist: looked for .*digits/);
    const run =
      'data: { use: mnist, directory: digits }\nengine: reference\narchitecture: { use: mlp, layers: [784, 5, 1] }\n';
    writeFiles(directory, { ...complete, 'configs/run.yaml': run });
    expect(await espalierHere(directory, 'train', 'configs/run.yaml')).toMatchObject({ code: 0, stderr: '' });
  });
});
