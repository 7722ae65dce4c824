import { execFile, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the last line of each example's output looks like. */
const EXPECTED: Readonly<Record<string, RegExp>> = {
  'compose.ts': /^0\.[5-9]\d*$/,
  'model-fit.ts': /^accuracy (0\.9\d+|1\.000), 9 topology updates$/,
  'own-loop.ts': /^error 0\.0\d+, 30 topology updates, active: \S+ \d+, \S+ \d+, \S+ \d+$/,
  'own-strategy.ts': /^accuracy 0\.[5-9]\d*$/,
};

describe('examples', () => {
  it('are all run here', () => {
    expect(readdirSync(`${root}/examples/src`).sort()).toEqual(Object.keys(EXPECTED).sort());
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
