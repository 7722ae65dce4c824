import fc from 'fast-check';
import { it } from 'vitest';
import { ACTIVATIONS, activate, drop, slopeOf } from '../oracle/elementwise.js';
import { expectClose, holds, lanes } from '../oracle/operands.js';

const LEAK = Math.fround(0.3);
/** Below it float32 has no normal numbers. */
const LEAST = 1e-37;

const shape = fc.record({
  kind: fc.nat(ACTIVATIONS.length - 1),
  size: fc.integer({ min: 1, max: 40 }).map((vectors) => 4 * vectors),
  reach: fc.constantFrom(0.1, 3, 20, 120),
  adds: fc.boolean(),
});

/** Sums of 1 and a tangent cancel; the others keep their precision where they are small. */
const toleranceOf = (kind: number, reach: number) => (ACTIVATIONS[kind] === 'gelu' ? reach * 1e-6 : LEAST);

it('activates to the precision of float32, and lets a NaN through', () => {
  holds(shape, (module, { kind, size, reach }, operands) => {
    const x = operands.floats(size, -reach, reach);
    x[operands.below(size)] = operands.below(2) ? 0 : Number.NaN;
    const at = module.floats(new Float32Array(size));
    module.call.activate!(kind, LEAK, size * 4, module.floats(x), at);
    const expected = Array.from(x, (value) => activate(ACTIVATIONS[kind]!, LEAK, value));
    expectClose(module.readFloats(at, size), expected, 1e-5, toleranceOf(kind, reach));
  });
});

it('takes gradients back through activations, to what stands there or instead of it', () => {
  holds(shape, (module, { kind, size, reach, adds }, operands) => {
    const x = operands.floats(size, -reach, reach);
    x[operands.below(size)] = 0;
    const upstream = operands.floats(size);
    const before = operands.floats(size);
    const at = module.floats(before);
    const source = module.floats(x);
    module.call.activateBack!(kind, LEAK, size * 4, source, module.floats(upstream), at, adds ? 1 : 0);
    const expected = Array.from(
      x,
      (value, i) => (adds ? before[i]! : 0) + upstream[i]! * slopeOf(ACTIVATIONS[kind]!, LEAK, value),
    );
    const absolute = adds ? (1 + reach) * 1e-6 : toleranceOf(kind, reach);
    expectClose(module.readFloats(at, size), expected, 1e-5, absolute);
  });
});

it('copies, adds and masks', () => {
  holds(shape, (module, { size, adds }, operands) => {
    const source = operands.integers(size);
    const before = operands.floats(size);
    const at = module.floats(before);
    const from = module.floats(source);
    module.call.copyOrAdd!(size * 4, from, at, adds ? 1 : 0);
    const sums = Array.from(source, (value, i) => value + (adds ? before[i]! : 0));
    expectClose(module.readFloats(at, size), sums);
    module.call.maskPositive!(size * 4, from, at);
    const masked = sums.map((sum, i) => (source[i]! > 0 ? sum : 0));
    expectClose(module.readFloats(at, size), masked);
  });
});

it('drops what is not kept, and lanes beyond the batch', () => {
  const shape = fc.record({
    lanes,
    features: fc.integer({ min: 1, max: 9 }),
    examples: fc.integer({ min: 1, max: 70 }),
    adds: fc.boolean(),
  });
  holds(shape, (module, { lanes, features, examples, adds }, operands) => {
    const from = operands.below(Math.ceil(examples / lanes)) * lanes;
    const kept = Array.from({ length: examples * features }, () => operands.below(2));
    const source = operands.floats(features * lanes);
    const before = operands.floats(features * lanes);
    const at = module.floats(before);
    module.call.drop!(
      features,
      lanes,
      from,
      examples,
      module.bytes(kept),
      2,
      module.floats(source),
      at,
      adds ? 1 : 0,
    );
    const own = drop(features, lanes, from, kept, 2, source);
    const expected = own.map((value, i) => value + (adds ? before[i]! : 0));
    expectClose(module.readFloats(at, before.length), expected);
  });
});
