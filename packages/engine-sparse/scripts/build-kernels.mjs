// Compiles assembly/ into the modules of wasm/, where they are older than their sources.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** What each module exports, and whether it may fuse multiplications and additions. Those for tests stay here. */
const MODULES = {
  kernels: { entry: 'index', relaxed: 0 },
  'kernels-relaxed': { entry: 'index', relaxed: 1 },
  testing: { entry: 'testing', relaxed: 0 },
  'testing-relaxed': { entry: 'testing', relaxed: 1 },
};

/** @returns whether all modules are up to date now; the compiler has said why where not */
export function buildKernels() {
  const sources = readdirSync(`${folder}assembly`).map((file) => `${folder}assembly/${file}`);
  const times = [...sources, fileURLToPath(import.meta.url)].map((file) => statSync(file).mtimeMs);
  const newest = Math.max(...times);
  return Object.entries(MODULES).every(([name, module]) => {
    const target = `${folder}wasm/${name}.wasm`;
    return (existsSync(target) && statSync(target).mtimeMs > newest) || compile(target, module);
  });
}

function compile(target, { entry, relaxed }) {
  const asc = fileURLToPath(new URL('../bin/asc.js', import.meta.resolve('assemblyscript/asc')));
  // Whoever reads the file meanwhile meets a whole one.
  const partial = `wasm/${process.pid}.wasm`;
  mkdirSync(`${folder}wasm`, { recursive: true });
  const options = [
    ...[`assembly/${entry}.ts`, '--outFile', partial, '--runtime', 'stub', '--noAssert', '-O3'],
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
