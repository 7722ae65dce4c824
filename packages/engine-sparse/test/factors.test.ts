import { drawBatch, expectClose, NETWORKS, requestFor, stepRequest } from '@espalier/conformance';
import type { Signal } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

const asking = (...signals: Signal[]) => new Set(signals);
const alternating = (example: number) => (example % 3 === 0 ? -1 : 1);

describe.each(NETWORKS)('the factors of $architecture.name', ({ architecture, outputs }) => {
  const batch = (seed: number, size: number) => drawBatch(seed, size, architecture.inputShape, outputs);

  // Less than a tile, several tiles with a remainder, and several threads.
  it.each([
    [1, 3],
    [1, 70],
    [3, 37],
  ])('with %i threads are those of the reference over %i examples', async (threads, size) => {
    const request = requestFor(architecture);
    const ours = await sparseEngine({ threads }).create(request);
    const reference = await referenceEngine().create(request);
    const step = stepRequest(0, { signals: asking('factors') });
    await ours.trainStep(batch(1, size), step);
    await reference.trainStep(batch(1, size), step);
    reference.layers.forEach((layer, i) => {
      for (const sign of [undefined, () => 1 as const, alternating as (example: number) => 1 | -1]) {
        const [actual, expected] = [ours.layers[i]!.factors!(sign), layer.factors!(sign)];
        expectClose(actual.rows, expected.rows, 1e-4, `the rows of ${layer.name}`);
        expectClose(actual.units, expected.units, 1e-4, `the units of ${layer.name}`);
      }
    });
    ours.dispose();
  });
});

describe('a step that is asked for factors alone', () => {
  const { architecture, outputs } = NETWORKS[0]!;
  const batch = (seed: number) => drawBatch(seed, 9, architecture.inputShape, outputs);

  it('shows no gradient, and adds nothing to a gradient that is summed', async () => {
    const request = requestFor(architecture);
    const [ours, alone] = [await sparseEngine().create(request), await sparseEngine().create(request)];
    const [layer] = ours.layers;
    const one = { updateWeights: false };
    await ours.trainStep(batch(1), stepRequest(0, { ...one, signals: asking('factors') }));
    expect(() => layer!.signal('gradient', Uint32Array.of(0))).toThrow(/not asked for the signal "gradient"/);
    expect(Object.keys((await ours.save()).slots).filter((name) => name.startsWith('held_batch'))).toEqual(
      [],
    );
    const second = stepRequest(1, { ...one, accumulate: true, signals: asking('gradient', 'factors') });
    await ours.trainStep(batch(2), second);
    await alone.trainStep(batch(2), second);
    expect(layer!.signal('gradient', layer!.active)).toEqual(
      alone.layers[0]!.signal('gradient', layer!.active),
    );
    await ours.trainStep(batch(3), stepRequest(2));
    expect(() => layer!.factors!()).toThrow(/not asked for the signal "factors"/);
    for (const engine of [ours, alone]) engine.dispose();
  });

  it('has them of the last of several batches', async () => {
    const request = requestFor(architecture);
    const [ours, alone] = [await sparseEngine().create(request), await sparseEngine().create(request)];
    const both = { updateWeights: false, signals: asking('gradient', 'factors') };
    await ours.trainStep(batch(1), stepRequest(0, both));
    await ours.trainStep(batch(2), stepRequest(1, { ...both, accumulate: true }));
    await alone.trainStep(batch(2), stepRequest(1, both));
    expect(ours.layers[1]!.factors!()).toEqual(alone.layers[1]!.factors!());
    for (const engine of [ours, alone]) engine.dispose();
  });
});
