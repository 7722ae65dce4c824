import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = `${root}packages/espalier/dist/bin.js`;

/** Trains by the command, into a folder below `runs/docs`, and gives the run's summary. */
export async function measuredRun(name, flags) {
  const out = `${root}runs/docs/${name}`;
  const args = ['train', ...flags, '--out', out, '--force', '--json'];
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`The run ${name} ended with exit code ${code}.`);
  const summary = JSON.parse(readFileSync(`${out}/summary.json`, 'utf8'));
  console.log(`${name}: ${summary.metrics.test.accuracy}`);
  return { ...summary, out };
}
