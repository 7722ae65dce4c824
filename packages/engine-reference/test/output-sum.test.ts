import { describe, expect, it } from 'vitest';
import { asking, at, denseEngine, request } from './support.js';

const batch = { size: 2, inputs: Float32Array.of(1, 2, 3, 4) };

describe('the loss output-sum', () => {
  it('is the sum of all outputs of a batch without labels, and so is its gradient', async () => {
    const engine = await denseEngine(2, 2, { 0: 0.5, 3: -1 }, { loss: 'output-sum' });
    const step = request(0, { signals: asking('gradient'), updateWeights: false });
    // Outputs are 0.5 x_0 and -x_1: (0.5, -2) and (1.5, -4).
    expect(await engine.trainStep(batch, step)).toEqual({ loss: -4 });
    expect(engine.layers[0]?.signal('gradient', at(0, 1, 2, 3))).toEqual(Float32Array.of(4, 4, 6, 6));
    expect(await engine.evaluate(batch)).toEqual({ examples: 2, loss: -4 });
  });
});
