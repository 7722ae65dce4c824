import type { WorkerOptions } from 'node:worker_threads';
import { EspalierError } from '@espalier/core/engine';
import { platform } from '#platform';
import { loadKernels } from '../kernels/load.js';
import type { KernelName } from '../kernels/names.js';
import { COMMANDS, CONTROL } from '../memory/control.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { RewiringKernels } from '../parameters/rewiring.js';
import type { TeamWorker } from '../platform/platform.js';
import { WORTH_THREADS } from './work.js';

interface Kernels extends RewiringKernels {
  dispatch(): void;
  /** Makes this instance spin where it would sleep. */
  neverSleep(): void;
}

/** The threads of one engine: the calling one and its workers, each with kernels on the same memory. */
export class Team {
  readonly threads: number;
  /** Whether commands that are little work are left to the calling thread. */
  adapts = false;
  readonly #shared: SharedMemory;
  readonly #kernels: Kernels;
  #ended = false;

  private constructor(shared: SharedMemory, kernels: Kernels, workers: readonly TeamWorker[]) {
    this.#shared = shared;
    this.#kernels = kernels;
    this.threads = workers.length + 1;
    shared.setWord(CONTROL.threads, this.threads);
    const failed = () => {
      if (!this.#ended) this.#mark(CONTROL.failed);
    };
    for (const worker of workers) worker.onEnd(failed);
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
    const { memory } = shared;
    const module = await loadKernels(name);
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    const kernels = exports as unknown as Kernels;
    if (!platform.mayWait) kernels.neverSleep();
    const workers: TeamWorker[] = [];
    try {
      for (let thread = 1; thread < threads; thread++) {
        workers.push(platform.startWorker({ name, module, memory, thread, failed: CONTROL.failed, options }));
      }
      await Promise.all(workers.map(({ ready }) => ready));
    } catch (cause) {
      for (const worker of workers) worker.terminate();
      throw new EspalierError(
        'ESPALIER_BACKEND_UNAVAILABLE',
        `A worker of the sparse engine did not start: ${(cause as Error).message}. With threads: 1 it needs none.`,
        { cause },
      );
    }
    // A program that has nothing else to do may end.
    for (const worker of workers) worker.release();
    return new Team(shared, kernels, workers);
  }

  /** What changes topologies, to be called while no command runs. */
  get rewiring(): RewiringKernels {
    return this.#kernels;
  }

  /**
   * How many threads a step is worth.
   * @param work - of {@link workOf}, times the examples
   */
  threadsFor(work: number): number {
    return this.adapts && work < WORTH_THREADS ? 1 : this.threads;
  }

  /**
   * Runs one command and returns when all threads that take part are done.
   * @param threads - how many do: all, or the calling one alone
   * @throws EspalierError ESPALIER_TRAINING_FAILED where a worker died
   */
  run(command: number, threads = this.threads): void {
    this.#shared.setWord(CONTROL.threads, threads);
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
