import { EspalierError } from '@espalier/core/engine';
import { platform } from '#platform';
import type { KernelName } from './names.js';

type Kernels = WebAssembly.Module | Promise<WebAssembly.Module>;

const loaded = new Map<KernelName, Kernels>();

/**
 * The compiled kernels, once per process; a promise where the platform has to fetch them.
 * @throws EspalierError ESPALIER_BACKEND_UNAVAILABLE where this machine can't run them
 */
export function loadKernels(name: KernelName): Kernels {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const bytes = platform.kernels(name);
  const module =
    bytes instanceof Promise ? fetched(name, bytes) : new WebAssembly.Module(checked(name, bytes));
  loaded.set(name, module);
  return module;
}

async function fetched(name: KernelName, bytes: Promise<Uint8Array>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(checked(name, await bytes));
  } catch (error) {
    // What could not be fetched may be there when it is asked for again.
    loaded.delete(name);
    throw error;
  }
}

function checked(name: KernelName, bytes: Uint8Array): Uint8Array {
  if (WebAssembly.validate(bytes)) return bytes;
  throw new EspalierError(
    'ESPALIER_BACKEND_UNAVAILABLE',
    name === 'wasm'
      ? 'The sparse engine needs WebAssembly with SIMD and threads, which this runtime lacks. Engine "tfjs" runs without.'
      : 'This runtime lacks relaxed SIMD; backend "wasm" of the sparse engine does not need it.',
  );
}
