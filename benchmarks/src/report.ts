// What a report of five runs weighs and how long its making takes, the start of the command included. Measures the
// runs of the quickstart, which must have been trained before.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, writeResult } from './result.js';

const ROUNDS = 7;
const RUNS = ['dense', 'static', 'set', 'rigl', 'ggr'];
const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'packages/espalier/dist/bin.js');

const directory = mkdtempSync(join(tmpdir(), 'espalier-report-'));
try {
  const out = join(directory, 'report.html');
  const args = [bin, 'report', ...RUNS.map((run) => join(root, 'runs/quickstart', run)), '--out', out];
  const seconds = Array.from({ length: ROUNDS }, () => {
    const began = performance.now();
    execFileSync(process.execPath, args);
    return (performance.now() - began) / 1000;
  });
  writeResult('report', {
    runs: RUNS.length,
    rounds: ROUNDS,
    seconds: { median: median(seconds), most: Math.max(...seconds) },
    megabytes: statSync(out).size / 1e6,
  });
} finally {
  rmSync(directory, { recursive: true });
}
