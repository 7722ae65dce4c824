import { Worker, type WorkerOptions } from 'node:worker_threads';
import { EspalierError } from '@espalier/core';
import { type KernelName, loadKernels, RELAXED_FLAG } from '../kernels/load.js';
import { COMMANDS, CONTROL } from '../memory/control.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import { WORKER_SOURCE } from './worker-source.js';

interface Kernels {
  dispatch(): void;
}

/** The threads of one engine: the calling one and its workers, each with kernels on the same memory. */
export class Team {
  readonly threads: number;
  readonly #shared: SharedMemory;
  readonly #kernels: Kernels;
  #ended = false;

  private constructor(shared: SharedMemory, kernels: Kernels, workers: readonly Worker[]) {
    this.#shared = shared;
    this.#kernels = kernels;
    this.threads = workers.length + 1;
    shared.setWord(CONTROL.threads, this.threads);
    const failed = () => {
      if (!this.#ended) this.#mark(CONTROL.failed);
    };
    for (const worker of workers) worker.on('error', failed).on('exit', failed);
  }

  /**
   * @param threads - at least 1
   * @param options - of every worker
   * @throws EspalierError ESPALIER_BACKEND_UNAVAILABLE where a worker does not start; none is left running then
   */
  static async start(
    shared: SharedMemory,
    name: KernelName,
    threads: number,
    options: WorkerOptions = {},
  ): Promise<Team> {
    const module = loadKernels(name);
    const { exports } = new WebAssembly.Instance(module, { env: { memory: shared.memory } });
    const flags = name === 'wasm-relaxed' ? [RELAXED_FLAG] : [];
    const workers: Worker[] = [];
    try {
      for (let thread = 1; thread < threads; thread++) {
        const workerData = { module, memory: shared.memory, thread, flags, failed: CONTROL.failed };
        // Flags of the process, such as --input-type=module, are not meant for it.
        workers.push(new Worker(WORKER_SOURCE, { execArgv: [], ...options, eval: true, workerData }));
      }
      await Promise.all(workers.map(ready));
    } catch (cause) {
      for (const worker of workers) {
        worker.on('error', () => {});
        void worker.terminate();
      }
      throw new EspalierError(
        'ESPALIER_BACKEND_UNAVAILABLE',
        `A worker of the sparse engine did not start: ${(cause as Error).message}. With threads: 1 it needs none.`,
        { cause },
      );
    }
    // A program that has nothing else to do may end.
    for (const worker of workers) worker.unref();
    return new Team(shared, exports as unknown as Kernels, workers);
  }

  /**
   * Runs one command in all threads and returns when all are done.
   * @throws EspalierError ESPALIER_TRAINING_FAILED where a worker died
   */
  run(command: number): void {
    this.#shared.setWord(CONTROL.command, command);
    let own: unknown;
    try {
      if (this.#shared.word(CONTROL.failed) === 0) this.#kernels.dispatch();
    } catch (error) {
      // What a dead worker left undone can make this thread fail, too.
      own = error;
    }
    if (this.#shared.word(CONTROL.failed) !== 0 || own !== undefined) {
      this.#mark(CONTROL.failed);
      throw new EspalierError(
        'ESPALIER_TRAINING_FAILED',
        'A worker of the sparse engine died. Dispose the engine and create another one.',
        { cause: own },
      );
    }
  }

  /** Ends the workers; harmless when repeated. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#shared.setWord(CONTROL.command, COMMANDS.exit);
    this.#mark(CONTROL.sequence);
  }

  #mark(at: number): void {
    const words = new Int32Array(this.#shared.memory.buffer);
    Atomics.add(words, at / 4, 1);
    Atomics.notify(words, at / 4);
  }
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`it ended with code ${code}`)));
  });
}
