// Runs the command from the sources of this repository: builds what is stale, then starts it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

build();
const bin = fileURLToPath(new URL('../packages/espalier/bin/espalier.js', import.meta.url));
const { status } = spawnSync(process.execPath, [bin, ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
process.exitCode = status ?? 1;
