import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { EspalierError } from '@espalier/core';

/** What a module's sums are rounded by: `wasm` the same everywhere; `wasm-relaxed` as the machine does it fastest. */
export type KernelName = 'wasm' | 'wasm-relaxed';

/** What the engine can compute on; the first one is the default. */
export const BACKENDS: readonly KernelName[] = ['wasm', 'wasm-relaxed'];

const FILES: Readonly<Record<KernelName, string>> = {
  wasm: 'kernels.wasm',
  'wasm-relaxed': 'kernels-relaxed.wasm',
};

/** Node.js 20 knows relaxed SIMD under this flag only; later versions ignore it. */
export const RELAXED_FLAG = '--experimental-wasm-relaxed-simd';

const loaded = new Map<KernelName, WebAssembly.Module>();

/**
 * The compiled kernels; once per process.
 * @throws EspalierError ESPALIER_BACKEND_UNAVAILABLE where this machine can't run them
 */
export function loadKernels(name: KernelName): WebAssembly.Module {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  if (name === 'wasm-relaxed') setFlagsFromString(RELAXED_FLAG);
  const bytes = read(new URL(`../../wasm/${FILES[name]}`, import.meta.url));
  if (!WebAssembly.validate(bytes)) {
    throw new EspalierError(
      'ESPALIER_BACKEND_UNAVAILABLE',
      name === 'wasm'
        ? 'The sparse engine needs WebAssembly with SIMD and threads, which this runtime lacks. Engine "tfjs" runs without.'
        : 'This runtime lacks relaxed SIMD; backend "wasm" of the sparse engine does not need it.',
    );
  }
  const module = new WebAssembly.Module(bytes);
  loaded.set(name, module);
  return module;
}

function read(file: URL): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new EspalierError(
      'ESPALIER_BACKEND_UNAVAILABLE',
      `The kernels of the sparse engine are not at ${fileURLToPath(file)}. In a clone of Espalier, "pnpm build" makes them.`,
      { cause },
    );
  }
}
