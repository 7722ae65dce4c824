import { changeOf, drawBatch, NETWORKS, requestFor, stepRequest } from '@espalier/conformance';
import type { Engine, TopologyChange } from '@espalier/core';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

const [{ architecture }] = NETWORKS as readonly [(typeof NETWORKS)[number]];
const [outputs, inputs] = [3, architecture.inputShape];
const create = () => sparseEngine({ threads: 2 }).create(requestFor(architecture));
const batch = (step: number) => drawBatch(step, 20, inputs, outputs);

function train(engine: Engine, from: number, to: number) {
  for (let step = from; step < to; step++) engine.trainStep(batch(step), stepRequest(step));
}

describe('engines side by side', () => {
  it('take turns without a trace of each other', async () => {
    const alone = await create();
    train(alone, 0, 4);
    const [one, other] = [await create(), await create()];
    for (let step = 0; step < 4; step++) {
      train(one, step, step + 1);
      train(other, step + 7, step + 8);
      if (step === 2) other.applyTopology(changeOf(other, { use: 'zero' }));
    }
    expect(await one.save()).toEqual(await alone.save());
    for (const engine of [alone, one, other]) engine.dispose();
  });

  it('give their memory back when nobody has them any more', async () => {
    const round = async () => {
      const engine = await create();
      train(engine, 0, 1);
      engine.dispose();
    };
    for (let i = 0; i < 10; i++) await round();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 100; i++) await round();
    // A hundred engines that stayed would hold a worker of several MB each.
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  }, 60_000);
});

describe('positions that do not exist', () => {
  it('are refused at the start, naming the layer', async () => {
    const request = requestFor(architecture);
    const wrong = async (active: Uint32Array) => {
      const [first, ...rest] = request.start;
      const start = [{ ...first!, active, weights: new Float32Array(active.length) }, ...rest];
      await sparseEngine({ threads: 1 }).create({ ...request, start });
    };
    await expect(wrong(Uint32Array.of(0, 1_000_000))).rejects.toThrow(
      /fc1\/kernel are not ascending within 0 to/,
    );
    await expect(wrong(Uint32Array.of(5, 5))).rejects.toThrow(/fc1\/kernel are not ascending/);
  });

  it('are refused in a change, which then changes nothing', async () => {
    const engine = await create();
    const before = await engine.save();
    const [first, ...rest] = changeOf(engine, { use: 'zero' }) as [TopologyChange, ...TopologyChange[]];
    const attempt = (change: Partial<TopologyChange>) => () =>
      engine.applyTopology([...rest, { ...first, ...change }]);
    const far = Uint32Array.of(1_000_000);
    expect(attempt({ grown: far, grownValues: Float32Array.of(1) })).toThrow(
      /grown positions are not ascending/,
    );
    expect(attempt({ pruned: far })).toThrow(/pruned positions are not ascending/);
    expect(attempt({ pruned: Uint32Array.of(7, 3) })).toThrow(/pruned positions are not ascending/);
    expect(await engine.save()).toEqual(before);
    engine.dispose();
  });
});
