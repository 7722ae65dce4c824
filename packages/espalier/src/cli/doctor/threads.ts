import { Worker } from 'node:worker_threads';

const SCRIPT = "Atomics.store(new Int32Array(require('node:worker_threads').workerData), 0, 1)";

/** Whether a worker thread starts and writes to shared memory. */
export async function threadsWork(): Promise<boolean> {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  const shared = new SharedArrayBuffer(4);
  try {
    const worker = new Worker(SCRIPT, { eval: true, workerData: shared });
    await new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
  } catch {
    return false;
  }
  return Atomics.load(new Int32Array(shared), 0) === 1;
}
