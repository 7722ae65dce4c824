import { availableParallelism, cpus, freemem, type as osType, release, totalmem } from 'node:os';
import { VERSION } from '../../version.js';
import { threadsWork } from './threads.js';

/** What training runs on. */
export interface MachineFacts {
  /** Of Espalier. */
  readonly version: string;
  readonly node: string;
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  /** In bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  /** Whether worker threads start and share memory with this one. */
  readonly threads: boolean;
  /** Whether WebAssembly has 128-bit vectors here. */
  readonly wasmSimd: boolean;
}

/** Looks at the machine, and tries what can be tried. */
export async function machineFacts(): Promise<MachineFacts> {
  return {
    version: VERSION,
    node: process.version,
    system: `${osType()} ${release()} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: { total: totalmem(), free: freemem() },
    threads: await threadsWork(),
    wasmSimd: wasm.validate(SIMD_MODULE),
  };
}

/** Node.js has it; the types that it comes with do not. */
const wasm = (globalThis as unknown as { WebAssembly: { validate(module: Uint8Array): boolean } })
  .WebAssembly;

/** A module whose only function returns a vector: i32.const 0, i8x16.splat. */
const SIMD_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b], // type: () -> v128
  ...[0x03, 0x02, 0x01, 0x00], // one function of it
  ...[0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b], // its code
);
