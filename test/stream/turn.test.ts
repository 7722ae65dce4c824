import { type BatchKey, isStep, isTopologyUpdate, type TrainEvent } from '@espalier/core';
import { concatMap, lastValueFrom, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bytesOf, eventsOf, linesOf, macrotask, namesOf } from './support/inspect.js';
import { RecordedData } from './support/recorded-data.js';
import { SlowEngine } from './support/slow-engine.js';
import { tinyData, tinyRun } from './support/tiny-run.js';

/** A run that tells in one list which batches it pulled and which events its subscriber had handled. */
async function recordedRun(around?: Parameters<typeof tinyRun>[0]) {
  const log: string[] = [];
  const keys: BatchKey[] = [];
  const dataset = new RecordedData(tinyData, (key) => {
    log.push(`batch ${key.epoch * 6 + key.index}`);
    keys.push(key);
  });
  const run = await tinyRun({ dataset, ...around });
  return { ...run, log, keys };
}

describe('a turn', () => {
  it('is step, topology update, end of epoch, evaluation, each where it is due', async () => {
    const { trainer } = await tinyRun({
      method: { use: 'rigl', updateInterval: 5, updateEnd: 1 },
      epochs: 1,
    });
    expect(namesOf((await eventsOf(trainer)).filter(({ type }) => type !== 'warning'))).toEqual([
      'run:start',
      ...['step 0', 'step 1', 'step 2', 'step 3', 'step 4', 'step 5'],
      'topology:update',
      'epoch',
      'evaluation',
      'run:end',
    ]);
  });

  it.each([
    ['at once', undefined],
    ['through promises', (engine: ConstructorParameters<typeof SlowEngine>[0]) => new SlowEngine(engine)],
  ])('pulls the next batch only when all of it is done, in engines that answer %s', async (_, around) => {
    const { trainer, log } = await recordedRun(around === undefined ? {} : { around });
    await lastValueFrom(trainer.train().pipe(tap((event) => log.push(namesOf([event])[0]!))));
    const turns = log.join(' ').split(/ (?=batch)/);
    expect(turns).toHaveLength(19);
    expect(turns.slice(1).map((turn) => turn.split(' ')[1])).toEqual([...Array(18).keys()].map(String));
    for (const [step, turn] of turns.slice(1).entries()) {
      const update = step > 0 && step % 4 === 0 ? ' topology:update( warning)*' : '';
      const epoch = step % 6 === 5 ? ' epoch evaluation' : '';
      const end = step === 17 ? ' run:end' : '';
      expect(turn).toMatch(new RegExp(`^batch ${step} step ${step}${update}${epoch}${end}$`));
    }
  });

  it('asks for batches by seed, epoch and index, once each', async () => {
    const { trainer, keys } = await recordedRun({ seed: 5, epochs: 2 });
    await trainer.run();
    const expected = [0, 1].flatMap((epoch) =>
      [...Array(6).keys()].map((index) => ({ seed: 5, epoch, index, batchSize: 4 })),
    );
    expect(keys).toEqual(expected);
  });

  it('takes the last, smaller batch of an epoch too', async () => {
    const { trainer, keys } = await recordedRun({ batchSize: 10, epochs: 2 });
    expect(await trainer.run()).toMatchObject({ steps: 6 });
    expect(keys.map(({ epoch, index }) => `${epoch}.${index}`)).toEqual([
      '0.0',
      '0.1',
      '0.2',
      '1.0',
      '1.1',
      '1.2',
    ]);
  });

  it('pulls no batch after stop(), unsubscribing or an error', async () => {
    const stopped = await recordedRun();
    stopped.trainer.events.subscribe((event) => isStep(event) && event.step === 2 && stopped.trainer.stop());
    await stopped.trainer.run();
    expect(stopped.log).toEqual(['batch 0', 'batch 1', 'batch 2']);
    const failed = await recordedRun();
    failed.trainer.hooks.on('step:after', ({ step }) => {
      if (step === 1) throw new Error('enough');
    });
    await expect(failed.trainer.run()).rejects.toThrow('enough');
    expect(failed.log).toEqual(['batch 0', 'batch 1']);
  });
});

describe('a handler', () => {
  it('runs inside the loop: what follows waits for it', async () => {
    const { trainer, log } = await recordedRun();
    trainer.events.subscribe((event) => {
      if (!isStep(event)) return;
      log.push(`handling ${event.step}`);
      for (const until = performance.now() + 1; performance.now() < until; );
      log.push(`handled ${event.step}`);
    });
    await trainer.run();
    const expected = [...Array(18).keys()].flatMap((s) => [`batch ${s}`, `handling ${s}`, `handled ${s}`]);
    expect(log).toEqual(expected);
  });

  it('may leave slow work to an operator, which buffers: nothing is lost, and training does not wait', async () => {
    const { trainer, engine } = await tinyRun();
    const { trainer: alone, engine: untouched } = await tinyRun();
    const slowly: TrainEvent[] = [];
    let stepsWhenFirstWasHandled = 0;
    await lastValueFrom(
      trainer.train().pipe(
        concatMap(async (event) => {
          await macrotask();
          if (slowly.push(event) === 1) stepsWhenFirstWasHandled = trainer.step;
        }),
      ),
    );
    expect(stepsWhenFirstWasHandled).toBeGreaterThan(0);
    expect(linesOf(slowly)).toBe(linesOf(await eventsOf(alone)));
    expect(await bytesOf(engine)).toEqual(await bytesOf(untouched));
  });
});

describe('the in-loop hooks', () => {
  it('frame the step and the update, before their events', async () => {
    const { trainer, log } = await recordedRun();
    const { hooks } = trainer;
    hooks.on('step:before', ({ step }) => log.push(`step:before ${step}`));
    hooks.on('step:after', ({ step }, { loss }) => log.push(`step:after ${step} ${loss > 0}`));
    hooks.on('update:before', ({ step, updateIndex }) => log.push(`update:before ${step} #${updateIndex}`));
    hooks.on('update:after', ({ clock, budget }) => log.push(`update:after ${clock.step} ${budget}`));
    trainer.events.subscribe((event) => {
      if (isStep(event) || isTopologyUpdate(event)) log.push(`${event.type} ${event.step}`);
      if (isStep(event) && event.step === 8) trainer.stop();
    });
    await trainer.run();
    const turn = (step: number) => [
      `step:before ${step}`,
      `batch ${step}`,
      `step:after ${step} true`,
      `step ${step}`,
    ];
    const update = (step: number, index: number) => [
      `update:before ${step} #${index}`,
      `update:after ${step} 36`,
      `topology:update ${step}`,
    ];
    expect(log).toEqual([
      ...[0, 1, 2, 3, 4].flatMap(turn),
      ...update(4, 0),
      ...[5, 6, 7, 8].flatMap(turn),
      ...update(8, 1),
    ]);
  });

  it('see the engine as it is: before the update the old topology, after it the new one', async () => {
    const { trainer, engine } = await tinyRun();
    const active = () => engine.layers.map((layer) => [...layer.active]);
    const seen: number[][][] = [];
    trainer.hooks.on('update:before', () => seen.push(active()));
    trainer.hooks.on('update:after', ({ layers }) => {
      seen.push(active());
      const [before, after] = seen.slice(-2) as [number[][], number[][]];
      for (const [i, { pruned, grown }] of layers.entries()) {
        const expected = new Set([...before[i]!, ...grown]);
        for (const position of pruned) expected.delete(position);
        expect(after[i]).toEqual([...expected].sort((a, b) => a - b));
      }
    });
    await trainer.run();
    expect(seen).toHaveLength(8);
  });

  it.each(['step:before', 'step:after', 'update:before', 'update:after'] as const)(
    'end the run where a handler of %s throws, naming the hook',
    async (name) => {
      const { trainer } = await tinyRun();
      const boom = new RangeError('an invariant is broken');
      trainer.hooks.on(name, () => {
        throw boom;
      });
      const error = await lastValueFrom(trainer.train().pipe(toArray())).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'ESPALIER_HOOK_THREW', cause: boom });
      expect((error as Error).message).toContain(`"${name}" threw: an invariant is broken`);
    },
  );

  it('know the clock of every step in advance', async () => {
    const { trainer } = await tinyRun({ epochs: 2 });
    const clocks: unknown[] = [];
    trainer.hooks.on('step:before', (clock) => clocks.push(clock));
    await trainer.run();
    expect(clocks).toHaveLength(12);
    for (const [step, clock] of clocks.entries()) {
      expect(clock).toEqual({
        step,
        totalSteps: 12,
        epoch: Math.floor(step / 6),
        stepInEpoch: step % 6,
        stepsPerEpoch: 6,
        updateIndex: Math.max(0, Math.ceil(step / 4) - 1),
      });
    }
  });
});
