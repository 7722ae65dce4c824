import { method } from '@espalier/core';

/** A sparse network whose topology never changes: what dynamic methods are compared with. */
export const staticSparse = method('static', {}, () => ({ trigger: 'never' }), {
  summary: 'A random topology that never changes (allocate: erk).',
});
