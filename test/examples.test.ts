import { execFile, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the last line of each example's output looks like. */
const EXPECTED: Readonly<Record<string, RegExp>> = {
  'compose.ts': /^0\.[5-9]\d*$/,
  'early-stopping.ts': /^best after epoch (\d+), stopped after \d{2,3} of 2600 steps$/,
  'events.ts': /^9 updates$/,
  'injected-service.ts': /^15 messages, \d+ of \d+ weights at the five telling inputs$/,
  'measure.ts': /^training took 0\.2[0-9]* of dense training$/,
  'model-fit.ts': /^accuracy (0\.9\d+|1\.000), 9 topology updates$/,
  'own-data.ts': /^accuracy (0\.[89]\d*|1)$/,
  'own-loop.ts': /^error 0\.0\d+, 30 topology updates, active: \S+ \d+, \S+ \d+, \S+ \d+$/,
  'own-model.ts': /^accuracy (0\.9\d*|1), 800 of 1000 weights are 0$/,
  'own-strategy.ts': /^accuracy 0\.[5-9]\d*$/,
  'trained-model.ts': /^(9\d|100) of 100 right$/,
};

describe('examples', () => {
  it('are all run here', () => {
    const programs = readdirSync(`${root}/examples/src`).filter((name) => name.endsWith('.ts'));
    expect(programs.sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.concurrent.each(Object.entries(EXPECTED))(
    '%s does what it says',
    async (name, expected) => {
      const file = `${root}/examples/dist/${name.replace(/ts$/, 'js')}`;
      const { stdout } = await promisify(execFile)(process.execPath, [file]);
      expect(stdout.trim().split('\n').at(-1)).toMatch(expected);
    },
    60_000,
  );

  it('stand in the documents as they are', () => {
    const run = () => execFileSync(process.execPath, [`${root}/scripts/docs-examples.mjs`, '--check']);
    expect(run).not.toThrow();
  });
});
