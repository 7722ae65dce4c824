import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfigFile, parseConfig, setPath } from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from './temporary.js';

function file(name: string, text: string): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, text);
  return path;
}

describe('loadConfigFile', () => {
  it.each([
    ['run.yaml', 'seed: 1\nmethod: { use: ggr, dropFraction: 0.3 }\n'],
    ['run.yml', '{ "seed": 1, "method": { "use": "ggr", "dropFraction": 0.3 } }'],
    ['run.json', '\uFEFF{ "seed": 1, "method": { "use": "ggr", "dropFraction": 0.3 } }'],
  ])('reads %s', (name, text) => {
    expect(loadConfigFile(file(name, text))).toEqual({ seed: 1, method: { use: 'ggr', dropFraction: 0.3 } });
  });

  it.each([
    ['run.yaml', 'seed: 1\ndata: [a\n', 'run.yaml, line 3, column 1'],
    ['run.yaml', 'seed: 1\nseed: 2\n', 'run.yaml, line 2, column 1'],
    ['run.yaml', 'seed: *missing\n', 'missing'],
    ['run.json', '{\n  "seed": 1,\n}', 'run.json, line 3, column 1'],
    ['run.yaml', '# nothing\n', 'is empty'],
    ['run.json', '', 'is empty'],
    ['run.toml', 'seed = 1', 'ends in .yaml, .yml or .json, not in ".toml"'],
  ])('says where %s is wrong: %j', (name, text, message) => {
    const path = file(name, text);
    expect(() => loadConfigFile(path)).toThrow('ESPALIER_INVALID_CONFIG');
    expect(() => loadConfigFile(path)).toThrow(message);
  });

  it('says which file is not there', () => {
    const path = join(temporaryDirectory(), 'gone.yaml');
    expect(() => loadConfigFile(path)).toThrow(/ESPALIER_CONFIG_NOT_FOUND.*gone\.yaml/);
  });
});

describe('setPath', () => {
  it('replaces and adds settings, leaving the original alone', () => {
    const config = { seed: 1, train: { epochs: 10 } };
    expect(setPath(config, 'train.epochs', '2')).toEqual({ seed: 1, train: { epochs: 2 } });
    expect(setPath(config, 'optimizer.learningRate', '0.05')).toMatchObject({
      optimizer: { learningRate: 0.05 },
    });
    expect(config).toEqual({ seed: 1, train: { epochs: 10 } });
  });

  it('turns a name into a choice when one of its options is set', () => {
    expect(setPath({ method: 'ggr' }, 'method.dropFraction', '0.5')).toEqual({
      method: { use: 'ggr', dropFraction: 0.5 },
    });
    expect(setPath({ regrow: { use: 'gradient', x: 1 } }, 'regrow', 'random')).toEqual({ regrow: 'random' });
  });

  it('reads values as YAML', () => {
    const set = (text: string) => (setPath({}, 'x', text) as { x: unknown }).x;
    expect(['0.5', 'true', 'null', 'random', '"1"', '[a, 2]', ''].map(set)).toEqual([
      0.5,
      true,
      null,
      'random',
      '1',
      ['a', 2],
      null,
    ]);
  });

  it('reaches into lists', () => {
    expect(setPath({ regrow: ['gradient', 'random'] }, 'regrow.1.share', '0.2')).toEqual({
      regrow: ['gradient', { use: 'random', share: 0.2 }],
    });
    expect(setPath({ plugins: ['a'] }, 'plugins.1', 'b')).toEqual({ plugins: ['a', 'b'] });
  });

  it('puts density in the place of sparsity and the other way round', () => {
    const config = setPath({ sparsity: { sparsity: 0.9 } }, 'sparsity.density', '0.5');
    expect(parseConfig(config, 'x').sparsity.density).toBe(0.5);
    expect(setPath(config, 'sparsity.sparsity', '0.8')).toEqual({ sparsity: { sparsity: 0.8 } });
  });

  it.each([
    ['', '1', 'separated by dots'],
    ['a..b', '1', 'separated by dots'],
    ['__proto__.seed', '1', 'separated by dots'],
    ['seed.x', '1', 'x can not be set inside 1'],
    ['plugins.3', 'a', '3 is not an index from 0 to 1'],
    ['seed', '[1', '--set seed=[1'],
  ])('refuses %s=%s', (path, text, message) => {
    const config = { seed: 1, plugins: ['a'] };
    expect(() => setPath(config, path, text)).toThrow('ESPALIER_INVALID_CONFIG');
    expect(() => setPath(config, path, text)).toThrow(message);
  });
});

it('an alias inside of what it stands for is refused, in a file and on the command line', () => {
  const path = file('run.yaml', 'method: &m { use: ggr, again: *m }\n');
  expect(() => loadConfigFile(path)).toThrow(/ESPALIER_INVALID_CONFIG.*an alias stands inside/);
  expect(() => setPath({}, 'method', '*nothing')).toThrow(/ESPALIER_INVALID_CONFIG.*--set method=\*nothing/);
});

it('keys that every object inherits are keys like any other', () => {
  expect(setPath({}, 'constructor.prototype', '1')).toEqual({ constructor: { prototype: 1 } });
});

it('the same value twice by an alias is no circle', () => {
  const path = file('run.yaml', 'data: &d { use: synthetic }\narchitecture: *d\n');
  expect(loadConfigFile(path)).toEqual({ data: { use: 'synthetic' }, architecture: { use: 'synthetic' } });
});
