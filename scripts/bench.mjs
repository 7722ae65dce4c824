// Runs a measuring program of benchmarks/: `pnpm bench NAME`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const directory = fileURLToPath(new URL('../benchmarks', import.meta.url));
const helpers = ['array-layer', 'comparison-file', 'pytorch', 'result', 'trial'];
const names = readdirSync(`${directory}/src`)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => !helpers.includes(name));
const [name, ...args] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`Usage: pnpm bench NAME, where NAME is one of ${names.join(', ')}`);
  process.exit(1);
}
build();
const { status } = spawnSync(process.execPath, [`${directory}/dist/${name}.js`, ...args], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
