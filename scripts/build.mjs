import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildKernels } from '../packages/engine-sparse/scripts/build-kernels.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Compiles kernels and packages whose sources are newer than their output; ends the process where that fails. */
export function build() {
  if (!buildKernels()) process.exit(1);
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-b'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
