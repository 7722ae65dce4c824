import { BACKENDS } from '@espalier/engine-tfjs';
import { VERSION } from 'espalier';
import { describe, expect, it } from 'vitest';
import { describeDiagnosis } from '../../src/cli/doctor/describe-diagnosis.js';
import type { Diagnosis } from '../../src/cli/doctor/diagnose.js';
import { ENGINE_NAMES } from '../../src/engines/engines.js';
import { espalier } from '../support/command.js';
import { temporaryDirectory } from '../support/temporary.js';

describe('espalier doctor', () => {
  it('tries every engine and backend, and says what works and why the others do not', async () => {
    const { code, stdout, stderr } = await espalier(temporaryDirectory(), 'doctor', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { machine, engines, auto, native, datasets }: Diagnosis = JSON.parse(stdout);
    expect(machine).toMatchObject({ version: VERSION, node: process.version, threads: true, wasmSimd: true });
    expect(new Set(engines.map(({ engine }) => engine))).toEqual(
      new Set(ENGINE_NAMES.filter((name) => name !== 'auto')),
    );
    const tfjs = engines.filter(({ engine }) => engine === 'tfjs');
    expect(tfjs.map(({ backend }) => backend)).toEqual([...BACKENDS]);
    const works = (name: string) =>
      engines.find(({ engine, backend }) => backend === name || engine === name)?.works;
    expect([works('wasm'), works('cpu'), works('reference')]).toEqual([true, true, true]);
    for (const { works: ok, reason } of engines) expect(reason === undefined).toBe(ok);
    expect(auto.works).toBe(true);
    expect(engines).toContainEqual(auto);
    for (const { name, state } of native) {
      // What is not built can not load.
      const backend = name.endsWith('gpu') ? 'node-gpu' : 'node';
      if (state !== 'built') expect(works(backend)).toBe(false);
    }
    expect(datasets).toContainEqual({
      name: 'fashion-mnist-mini',
      found: true,
      examples: { training: 5000, test: 1000 },
    });
    const missing = datasets.find(({ name }) => name === 'mnist');
    expect(missing).toMatchObject({ found: false, reason: expect.stringContaining('looked for') });
  });

  it('shows what it found within 80 columns', () => {
    const shown = describeDiagnosis({
      machine: {
        version: '0.1.0',
        node: 'v20.19.0',
        system: 'Linux 6.1 x64',
        cpu: 'Acme One',
        cores: 1,
        memory: { total: 8e9, free: 2.5e9 },
        threads: true,
        wasmSimd: false,
      },
      engines: [
        {
          engine: 'tfjs',
          backend: 'node',
          works: false,
          reason: `It does not load: ${'so many words '.repeat(9)}.`,
        },
        { engine: 'reference', backend: 'float64', works: true },
      ],
      auto: { engine: 'reference', backend: 'float64', works: true },
      native: [{ name: '@tensorflow/tfjs-node', state: 'not built' }],
      datasets: [{ name: 'synthetic', found: true, examples: { training: 2000, test: 500 } }],
    });
    expect(shown).toContain('cpu       Acme One, 1 core\nmemory    8.0 GB, 2.5 GB free\n');
    expect(shown).toMatch(/^wasm {6}without SIMD$/m);
    expect(shown).toMatch(/^ {2}no {3}tfjs \(node\) +It does not load: so many words/m);
    expect(shown).toMatch(
      /^ {2}yes {2}reference \(float64\) +trains\n {2}auto picks reference \(float64\)$/m,
    );
    expect(shown).toMatch(/^ {2}no {3}@tensorflow\/tfjs-node {2}not built$/m);
    expect(shown).toMatch(/^ {2}yes {2}synthetic +2,000 training, 500 test examples$/m);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
