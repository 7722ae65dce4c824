import { fail } from './fail.js';

/** Sources of numbers that differ from run to run, each with the object that holds it. */
const AMBIENT: readonly (readonly [owner: object, key: string, name: string])[] = [
  [Math, 'random', 'Math.random'],
  [Date, 'now', 'Date.now'],
  [performance, 'now', 'performance.now'],
  [crypto, 'getRandomValues', 'crypto.getRandomValues'],
  [crypto, 'randomUUID', 'crypto.randomUUID'],
];

/**
 * Calls something while the ambient sources of randomness and time throw; a promise is waited for.
 * @throws Error naming the source that was used
 */
export function withoutAmbient<T>(call: () => T): T {
  const restore = forbid();
  let result: T;
  try {
    result = call();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore) as T;
  restore();
  return result;
}

function forbid(): () => void {
  const RealDate = globalThis.Date;
  const held = AMBIENT.map(([owner, key]) => Object.getOwnPropertyDescriptor(owner, key));
  for (const [owner, key, name] of AMBIENT) {
    const value = () => fail(`${name} was called; all randomness comes from context.random.`);
    Object.defineProperty(owner, key, { value, configurable: true, writable: true });
  }
  globalThis.Date = new Proxy(RealDate, {
    construct(target, args) {
      if (args.length === 0) fail('new Date() was called; strategies know no time but the clock of the run.');
      return Reflect.construct(target, args);
    },
  });
  return () => {
    globalThis.Date = RealDate;
    for (const [i, [owner, key]] of AMBIENT.entries()) {
      const descriptor = held[i];
      // What a prototype supplies was shadowed, not replaced.
      if (descriptor === undefined) Reflect.deleteProperty(owner, key);
      else Object.defineProperty(owner, key, descriptor);
    }
  };
}
