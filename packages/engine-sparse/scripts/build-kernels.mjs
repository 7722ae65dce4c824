// Compiles assembly/ into wasm/kernels.wasm and wasm/kernels-relaxed.wasm, where they are older than their sources.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** The modules, and whether each may fuse multiplications and additions. */
const MODULES = { kernels: 0, 'kernels-relaxed': 1 };

/** @returns whether all modules are up to date now; the compiler has said why where not */
export function buildKernels() {
  const sources = readdirSync(`${folder}assembly`).map((file) => `${folder}assembly/${file}`);
  const times = [...sources, fileURLToPath(import.meta.url)].map((file) => statSync(file).mtimeMs);
  const newest = Math.max(...times);
  return Object.entries(MODULES).every(([name, relaxed]) => {
    const target = `${folder}wasm/${name}.wasm`;
    return (existsSync(target) && statSync(target).mtimeMs > newest) || compile(target, relaxed);
  });
}

function compile(target, relaxed) {
  const asc = fileURLToPath(new URL('../bin/asc.js', import.meta.resolve('assemblyscript/asc')));
  // Whoever reads the file meanwhile meets a whole one.
  const partial = `wasm/${process.pid}.wasm`;
  mkdirSync(`${folder}wasm`, { recursive: true });
  const options = [
    ...['assembly/index.ts', '--outFile', partial, '--runtime', 'stub', '--noAssert', '-O3'],
    // Vectors cross between our own functions only.
    ...['--disableWarning', '112'],
    // The addresses below belong to assembly/control.ts.
    ...['--memoryBase', '8192', '--importMemory', '--sharedMemory'],
    ...['--initialMemory', '1', '--maximumMemory', '65536'],
    ...['--enable', 'simd,threads,relaxed-simd', '--use', `RELAXED=${relaxed}`, '--use', 'abort='],
  ];
  const { status } = spawnSync(process.execPath, [asc, ...options], { cwd: folder, stdio: 'inherit' });
  if (status === 0) renameSync(`${folder}${partial}`, target);
  return status === 0;
}
