const INTERVAL_MS = 50;

/**
 * Keeps the process responsive: timers, signals and pages only get a turn in a macrotask, which promises never
 * grant.
 */
export class Breath {
  #last = performance.now();

  /** Whether it is time to let others run. */
  get due(): boolean {
    return performance.now() - this.#last >= INTERVAL_MS;
  }

  /** Waits for one macrotask. */
  async take(): Promise<void> {
    await macrotask();
    this.#last = performance.now();
  }
}

function macrotask(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    // Browsers know `onmessage`, which Node's types leave out.
    Object.assign(port1, {
      onmessage: () => {
        port1.close();
        resolve();
      },
    });
    port2.postMessage(undefined);
  });
}
