import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { EspalierError } from '@espalier/core/engine';
import type { KernelName } from '../kernels/names.js';
import type { Platform, TeamWorker, WorkerStart } from './platform.js';

/** Node.js 20 knows relaxed SIMD under this flag only; later versions ignore it. */
const RELAXED_FLAG = '--experimental-wasm-relaxed-simd';

const FILES: Readonly<Record<KernelName, string>> = {
  wasm: 'kernels.wasm',
  'wasm-relaxed': 'kernels-relaxed.wasm',
};

/** Far more than a worker needs, which makes no objects; where there is a limit, V8 sets aside less to begin with. */
const LIMITS = { maxOldGenerationSizeMb: 64 };

/**
 * The whole program of a worker, as text so that it runs alike from sources, from builds and in tests: it makes an
 * instance of the kernels on the shared memory and serves commands until it is told to end. A worker that fails
 * leaves a mark for the others, which would wait for it.
 */
const WORKER_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const { module, memory, thread, flags, failed } = workerData;
for (const flag of flags) require('node:v8').setFlagsFromString(flag);
try {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  parentPort.postMessage('ready');
  exports.serve(thread);
} catch (error) {
  Atomics.store(new Int32Array(memory.buffer), failed / 4, 1);
  throw error;
}
`;

/** Node.js: files, worker_threads, and a main thread that may wait. */
export const platform: Platform = {
  cores: availableParallelism(),
  sharesMemory: true,
  mayWait: true,
  kernels(name) {
    if (name === 'wasm-relaxed') setFlagsFromString(RELAXED_FLAG);
    const file = new URL(`../../wasm/${FILES[name]}`, import.meta.url);
    try {
      return readFileSync(file);
    } catch (cause) {
      throw new EspalierError(
        'ESPALIER_BACKEND_UNAVAILABLE',
        `The kernels of the sparse engine are not at ${fileURLToPath(file)}. In a clone of Espalier, "pnpm build" makes them.`,
        { cause },
      );
    }
  },
  startWorker({ name, module, memory, thread, failed, options }: WorkerStart): TeamWorker {
    const flags = name === 'wasm-relaxed' ? [RELAXED_FLAG] : [];
    const workerData = { module, memory, thread, flags, failed };
    // Flags of the process, such as --input-type=module, are not meant for it.
    const defaults: WorkerOptions = { execArgv: [], resourceLimits: LIMITS };
    const worker = new Worker(WORKER_SOURCE, { ...defaults, ...options, eval: true, workerData });
    return {
      ready: new Promise((resolve, reject) => {
        worker.once('message', () => resolve());
        worker.once('error', reject);
        worker.once('exit', (code) => reject(new Error(`it ended with code ${code}`)));
      }),
      onEnd(handler) {
        worker.on('error', handler).on('exit', handler);
      },
      release: () => worker.unref(),
      terminate() {
        worker.on('error', () => {});
        void worker.terminate();
      },
    };
  },
};
