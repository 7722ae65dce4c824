import type { Batch, Engine, EngineFactory, EngineRequest } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { type Check, Untried } from '../checks/check.js';
import { fail } from '../support/fail.js';
import type { TestNetwork } from './networks.js';
import type { EngineOptions } from './options.js';
import { drawBatch, stepRequest } from './request.js';

/** What the checks of an engine work with. */
export interface Bench {
  /** The engine's. */
  readonly factory: EngineFactory;
  /** What the check is tried with. */
  readonly network: TestNetwork;
  /** Complete options. */
  readonly options: Required<Omit<EngineOptions, 'skip'>>;
  /** Makes an engine that is disposed when the check is over. */
  make(request: EngineRequest): Promise<Engine>;
  /** The same from the reference engine. */
  reference(request: EngineRequest): Promise<Engine>;
  /** Examples for the network, the same for the same seed. */
  batch(seed: number, size?: number): Batch;
  /** Takes some training steps. */
  train(engine: Engine, from: number, to: number): Promise<void>;
}

/** A check that makes engines on a bench. */
export interface EngineCheck {
  /** What holds, e.g. `takes the steps of the reference with adam`. */
  readonly name: string;
  /** Tries it. */
  run(bench: Bench): Promise<void>;
}

/** Turns checks into ones that any test runner can run. */
export function onBench(
  createFactory: () => Promise<EngineFactory>,
  network: TestNetwork,
  options: Bench['options'],
  checks: readonly EngineCheck[],
): readonly Check[] {
  const { architecture, outputs } = network;
  return checks.map(({ name, run }) => ({
    name: `${architecture.name}: ${name}`,
    run: async () => {
      const factory = await createFactory();
      const [refusal] = factory.refuses({ architecture });
      if (refusal !== undefined) throw new Untried(refusal);
      // Where slots follow the gradient everywhere, grown weights may find more in them.
      const denseMomentum = factory.signals.has('denseMomentum');
      const made: Engine[] = [];
      const keep = (engine: Engine) => {
        made.push(engine);
        return engine;
      };
      const batch = (seed: number, size = 5) => drawBatch(seed, size, architecture.inputShape, outputs);
      try {
        await run({
          ...{ factory, network, options, batch },
          make: async (request) => keep(await factory.create(request)),
          reference: async (request) => keep(await referenceEngine({ denseMomentum }).create(request)),
          train: async (engine, from, to) => {
            for (let step = from; step < to; step++) await engine.trainStep(batch(step), stepRequest(step));
          },
        });
      } finally {
        for (const engine of made) engine.dispose();
      }
    },
  }));
}

/**
 * The error of a call that must fail, at once or through its promise.
 * @param expected - its class, or for errors of ours its code
 */
export async function expectFailure(
  call: () => unknown,
  expected: typeof TypeError | `ESPALIER_${string}`,
  what: string,
): Promise<void> {
  const wanted = typeof expected === 'string' ? expected : expected.name;
  try {
    await call();
  } catch (error) {
    const { code, name } = error as { readonly code?: string; readonly name?: string };
    if (typeof expected === 'string' ? code === expected : error instanceof expected) return;
    fail(`${what}: ${code ?? name} was thrown, but ${wanted} is due: ${(error as Error).message}`);
  }
  fail(`${what}: nothing was thrown, but ${wanted} is due.`);
}
