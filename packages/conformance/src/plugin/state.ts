import { difference } from '../support/difference.js';
import { fail } from '../support/fail.js';

const TYPED = [Uint8Array, Uint32Array, Float32Array, Float64Array];

/**
 * Whether a strategy's state is what can be saved: JSON whose leaves may also be typed arrays.
 * @throws Error naming the value that is not
 */
export function checkState(state: unknown): void {
  walk(state, 'state');
  const found = difference(structuredClone(state), state, 'state');
  if (found !== undefined) fail(`Copied by structuredClone, ${found}.`);
}

function walk(value: unknown, path: string): void {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) fail(`${path} is ${value}, which JSON can't hold.`);
    return;
  }
  if (typeof value !== 'object') fail(`${path} is of type ${typeof value}, which can't be saved.`);
  if (ArrayBuffer.isView(value)) {
    if (TYPED.some((type) => value instanceof type)) return;
    fail(
      `${path} is a ${value.constructor.name}; of typed arrays ${TYPED.map(({ name }) => name).join(', ')} can be saved.`,
    );
  }
  if (Array.isArray(value)) {
    for (const [i, entry] of value.entries()) walk(entry, `${path}[${i}]`);
    return;
  }
  if (![null, Object.prototype].includes(Object.getPrototypeOf(value))) {
    fail(
      `${path} is a ${value.constructor.name}, which can't be saved; plain objects, lists and typed arrays can.`,
    );
  }
  for (const [key, entry] of Object.entries(value)) walk(entry, `${path}.${key}`);
}
