import type { WorkerOptions } from 'node:worker_threads';
import type { KernelName } from '../kernels/names.js';

/** What a worker begins with. */
export interface WorkerStart {
  readonly name: KernelName;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** From 1; the calling thread is 0. */
  readonly thread: number;
  /** Byte address of the word that says that a worker died. */
  readonly failed: number;
  /** Of Node.js. */
  readonly options: WorkerOptions;
}

/** A thread besides the calling one. */
export interface TeamWorker {
  /** Resolves once it serves; rejects where it does not come to that. */
  readonly ready: Promise<void>;
  /** Called when it has ended or failed, whatever the reason. */
  onEnd(handler: () => void): void;
  /** Lets the program end although the worker waits. */
  release(): void;
  /** Ends it at once. */
  terminate(): void;
}

/** What differs between Node.js and browsers. */
export interface Platform {
  /** Cores of the machine. */
  readonly cores: number;
  /** Whether threads can share memory. */
  readonly sharesMemory: boolean;
  /** Whether the calling thread may sleep while others compute: not the one that a page lives on. */
  readonly mayWait: boolean;
  /** The bytes of the kernels. */
  kernels(name: KernelName): Uint8Array | Promise<Uint8Array>;
  /** Starts a thread that serves commands. */
  startWorker(start: WorkerStart): TeamWorker;
}
