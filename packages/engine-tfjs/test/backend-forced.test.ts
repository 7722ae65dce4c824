import { chooseBackend } from '@espalier/engine-tfjs';
import { expect, it } from 'vitest';

const built = await import('@tensorflow/tfjs-node' as string).then(
  () => true,
  () => false,
);

it.skipIf(built)(
  'a forced backend that does not load is an error with the remedy, and another can follow',
  async () => {
    await expect(chooseBackend('node')).rejects.toMatchObject({
      code: 'ESPALIER_BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/"node".*does not load: .*pnpm native/),
    });
    expect(await chooseBackend('wasm')).toEqual({ backend: 'wasm', tried: [] });
  },
);
