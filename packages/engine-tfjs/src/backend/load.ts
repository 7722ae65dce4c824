import * as tf from '@tensorflow/tfjs';
import { registerTrainingKernels } from '../kernels/register.js';
import type { BackendName } from './report.js';

/** Makes a backend the one that computes; throws whatever keeps it from loading. */
export async function loadBackend(name: BackendName): Promise<void> {
  if (name === 'node-gpu') await loadNative('@tensorflow/tfjs-node-gpu');
  else if (name === 'node') await loadNative('@tensorflow/tfjs-node');
  else await loadOwn(name);
}

async function loadOwn(name: 'wasm' | 'cpu'): Promise<void> {
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  registerTrainingKernels(name);
  await activate(name);
}

/** @param id - in a variable, so that compilers and bundlers do not ask for a package that is optional */
async function loadNative(id: string): Promise<void> {
  if (!globalThis.process?.versions?.node) throw new Error(`${id} runs in Node.js only`);
  await restoreNodeUtilities();
  await import(id);
  await activate('tensorflow');
}

/** tfjs-node 4.22 calls two functions of `node:util` that Node.js removed in version 23. */
async function restoreNodeUtilities(): Promise<void> {
  const { createRequire } = await import('node:module');
  const util = createRequire(import.meta.url)('node:util');
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

async function activate(name: string): Promise<void> {
  if (!(await tf.setBackend(name)))
    throw new Error(`TensorFlow.js could not initialise its backend "${name}"`);
  await tf.ready();
}
