import { fork } from 'node:child_process';
import type { ProbeResult } from './probe.js';

/** Whether an engine trains here. */
export interface EngineCheck {
  readonly engine: string;
  /** As it was asked for, else as the engine chose. */
  readonly backend?: string;
  readonly works: boolean;
  /** Why not. */
  readonly reason?: string;
}

const LONGEST = 60_000;

/**
 * Lets an engine train a tiny network in a process of its own: TensorFlow.js takes one backend per process, and
 * a native library may take the process down with it.
 */
export function probeEngine(engine: string, backend?: string): Promise<EngineCheck> {
  const asked = { engine, ...(backend === undefined ? {} : { backend }) };
  const child = fork(new URL('./probe.js', import.meta.url), [JSON.stringify(asked)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    timeout: LONGEST,
  });
  return new Promise((resolve) => {
    let result: ProbeResult | undefined;
    child.on('message', (message) => {
      result = message as ProbeResult;
    });
    child.on('error', ({ message }) => resolve({ ...asked, works: false, reason: message }));
    child.on('close', (code, signal) => {
      const died = { works: false, reason: `its process ended with ${signal ?? `code ${code}`}` };
      resolve({ ...asked, ...(result ?? died) });
    });
  });
}
