import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../src/pytorch-peer.py', import.meta.url));

/** What the environment must name: a Python that can import torch. */
export const PYTHON_VARIABLE = 'ESPALIER_BENCH_PYTHON';

/** PyTorch in a process of its own, which keeps its networks from one turn to the next. */
export interface PyTorch {
  /** Makes a network, once per variant: its name and density. @returns PyTorch's version */
  build(
    layers: readonly number[],
    batch: number,
    variants: Readonly<Record<string, number>>,
  ): Promise<string>;
  /**
   * Makes the network of the program convolution, as `nchw` and as `channels_last`, and each `without` the convolution.
   * @returns PyTorch's version
   */
  buildConvolution(batch: number): Promise<string>;
  /** Takes steps of one variant. @returns their milliseconds */
  steps(variant: string, threads: number, steps: number): Promise<readonly number[]>;
  /** Ends the process. */
  close(): void;
}

/** Starts the peer; nothing where the environment names no Python. */
export function startPyTorch(): PyTorch | undefined {
  const python = process.env[PYTHON_VARIABLE];
  if (python === undefined) return undefined;
  const child = spawn(python, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (request: object) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ${PROGRAM} ended before it answered; can it import torch?`);
    return JSON.parse(value);
  };
  return {
    build: async (layers, batch, variants) => (await ask({ layers, batch, variants })).version,
    buildConvolution: async (batch) => (await ask({ convolution: true, batch })).version,
    steps: async (variant, threads, steps) => (await ask({ variant, threads, steps })).milliseconds,
    close: () => child.stdin.end(),
  };
}
