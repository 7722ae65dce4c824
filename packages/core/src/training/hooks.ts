import { EventEmitter } from 'eventemitter3';
import type { Clock, StepResult } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import type { UpdatePlan } from '../update/index.js';

/** The synchronous hooks inside the loop, for profilers and invariant checks; never for display. */
export interface TrainHooks {
  /** Before the batch is taken. */
  'step:before': [clock: Clock];
  /** After the engine's step. */
  'step:after': [clock: Clock, result: StepResult];
  /** Before a topology update is planned. */
  'update:before': [clock: Clock];
  /** After it was committed. Its arrays are live: read, don't keep. */
  'update:after': [plan: UpdatePlan];
}

/** Emits {@link TrainHooks}. Handlers may throw: that ends the run. */
export class Hooks extends EventEmitter<TrainHooks> {
  /** @throws EspalierError ESPALIER_HOOK_THREW naming the hook */
  fire<K extends keyof TrainHooks>(name: K, ...args: TrainHooks[K]): void {
    if (this.listenerCount(name) === 0) return;
    try {
      (this.emit as (name: K, ...args: TrainHooks[K]) => boolean)(name, ...args);
    } catch (error) {
      if (error instanceof EspalierError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new EspalierError('ESPALIER_HOOK_THREW', `A handler of the hook "${name}" threw: ${message}`, {
        cause: error,
      });
    }
  }
}
