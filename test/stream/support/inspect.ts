import type { Engine, EngineState, ErrorCode, TrainEvent, Trainer } from '@espalier/core';
import { EspalierError } from '@espalier/core';
import { lastValueFrom, toArray } from 'rxjs';
import { expect } from 'vitest';

/** Trains to the end and returns all events. */
export const eventsOf = (trainer: Trainer): Promise<TrainEvent[]> =>
  lastValueFrom(trainer.train().pipe(toArray()));

/** The events as a log holds them. */
export const linesOf = (events: readonly TrainEvent[]): string =>
  events.map((event) => JSON.stringify(event)).join('\n');

/** Types of events, steps numbered: `step 3`. */
export const namesOf = (events: readonly TrainEvent[]): string[] =>
  events.map((event) => (event.type === 'step' ? `step ${event.step}` : event.type));

/** Every byte of an engine's state, in a form that tests can compare. */
export async function bytesOf(engine: Engine): Promise<Record<string, string>> {
  const state: EngineState = await engine.save();
  const tensors = { ...state.parameters, ...state.slots };
  const hex = (array: ArrayBufferView) =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex');
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data, positions }]) => [
      name,
      positions === undefined ? hex(data) : `${hex(positions)}: ${hex(data)}`,
    ]),
  );
}

/** Active weights of all layers. */
export const nonZerosOf = (engine: Engine): number =>
  engine.layers.reduce((total, { active }) => total + active.length, 0);

/** The error that a promise rejects with, which must be of ours and have the code. */
export async function rejection(code: ErrorCode, promise: Promise<unknown>): Promise<EspalierError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EspalierError);
  expect((error as EspalierError).message).toContain(`[${code}]`);
  return error as EspalierError;
}

/** Lets timers, signals and whatever else waits for a macrotask have a turn. */
export const macrotask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
