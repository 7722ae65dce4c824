import { EspalierError } from '@espalier/core/engine';
import type { KernelName } from '../kernels/names.js';
import type { Platform, TeamWorker, WorkerStart } from './platform.js';

/** As in Node.js; a worker of a browser gets what it begins with by a message. */
const WORKER_SOURCE = `
onmessage = ({ data: { module, memory, thread, failed } }) => {
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    postMessage('ready');
    exports.serve(thread);
    postMessage('ended');
  } catch (error) {
    Atomics.store(new Int32Array(memory.buffer), failed / 4, 1);
    throw error;
  }
};
`;

// Bundlers find files by such expressions only when they are written out.
const files = (): Readonly<Record<KernelName, URL>> => ({
  wasm: new URL('../../wasm/kernels.wasm', import.meta.url),
  'wasm-relaxed': new URL('../../wasm/kernels-relaxed.wasm', import.meta.url),
});

/**
 * Browsers: files by fetch, Web Workers where the page is isolated from other origins, and a main thread that spins for
 * the microseconds in which it would wait.
 */
export const platform: Platform = {
  cores: globalThis.navigator?.hardwareConcurrency ?? 1,
  sharesMemory: globalThis.crossOriginIsolated === true,
  // A worker of the page's own may wait; it has no document.
  mayWait: globalThis.document === undefined,
  async kernels(name) {
    const url = files()[name];
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      throw new EspalierError(
        'ESPALIER_BACKEND_UNAVAILABLE',
        `The kernels of the sparse engine can not be fetched from ${url}: ${(cause as Error).message}. Serve the folder "wasm" of @espalier/engine-sparse beside its code.`,
        { cause },
      );
    }
  },
  startWorker({ module, memory, thread, failed }: WorkerStart): TeamWorker {
    const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: 'text/javascript' }));
    const worker = new Worker(url);
    const ends: (() => void)[] = [];
    const ready = new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        if (data === 'ready') resolve();
        else for (const end of ends) end();
      };
      worker.onerror = ({ message }) => {
        reject(new Error(message));
        for (const end of ends) end();
      };
    });
    worker.postMessage({ module, memory, thread, failed });
    return {
      ready: ready.finally(() => URL.revokeObjectURL(url)),
      onEnd: (handler) => ends.push(handler),
      release() {},
      terminate: () => worker.terminate(),
    };
  },
};
