import { method } from '@espalier/core';

/** A dense network, whatever density is asked for. */
export const dense = method('dense', {}, () => ({ imposedDensity: 1, allocate: 'full', trigger: 'never' }), {
  summary: 'A dense network, whatever density is asked for.',
});
