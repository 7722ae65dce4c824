/**
 * The whole program of a worker, as text so that it runs alike from sources, from builds and in tests: it makes an
 * instance of the kernels on the shared memory and serves commands until it is told to end. A worker that fails
 * leaves a mark for the others, which would wait for it.
 */
export const WORKER_SOURCE = `
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
