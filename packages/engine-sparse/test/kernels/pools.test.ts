import fc from 'fast-check';
import { it } from 'vitest';
import { expectClose, holds, lanes, type Operands } from '../oracle/operands.js';
import { pool, poolBack, type Windows } from '../oracle/pool.js';
import type { TestingModule } from '../oracle/testing-module.js';

const shape = fc.record({
  lanes,
  inputs: fc.integer({ min: 1, max: 12 }),
  outputs: fc.integer({ min: 1, max: 9 }),
  averages: fc.boolean(),
  adds: fc.boolean(),
});

/** Windows that overlap and leave inputs out. */
function windowsOf(operands: Operands, inputs: number, outputs: number): number[][] {
  return Array.from({ length: outputs }, () => {
    const some = operands.subset(inputs, 0.3);
    return some.length > 0 ? some : [operands.below(inputs)];
  });
}

/** An arena of x, y, dx and dy, and the record that says so. */
function layOut(module: TestingModule, of: Windows, parts: readonly Float32Array[], adds: boolean) {
  const { windows, inputs, averages } = of;
  const starts = [0];
  for (const window of windows) starts.push(starts.at(-1)! + window.length);
  const outputs = windows.length;
  const arena = module.floats(parts.flatMap((part) => [...part]));
  const fields = {
    ...{ x: 0, y: inputs, dx: inputs + outputs, dy: 2 * inputs + outputs },
    ...{ outputs, starts: module.words(starts), sources: module.words(windows.flat()), inputs },
    ...{ averages: averages ? 1 : 0, flags: adds ? 1 : 0 },
  };
  return { arena, record: module.record({ kind: 'pool', fields }), fields };
}

it('pools windows, and gives each gradient to the first maximum or to all', () => {
  holds(shape, (module, { lanes, inputs, outputs, averages, adds }, operands) => {
    const of = { lanes, inputs, averages, windows: windowsOf(operands, inputs, outputs) };
    // Small whole numbers: windows have several maxima.
    const x = operands.integers(inputs * lanes, 2);
    const dy = operands.floats(outputs * lanes);
    const before = operands.floats(inputs * lanes);
    const { arena, record, fields } = layOut(
      module,
      of,
      [x, new Float32Array(outputs * lanes), before, dy],
      adds,
    );
    const bytes = lanes * 4;
    module.call.pool!(record, bytes, arena);
    expectClose(module.readFloats(arena + fields.y * bytes, outputs * lanes), pool(of, x));
    module.call.poolBack!(record, bytes, arena);
    const expected = poolBack(of, x, dy).map((value, i) => value + (adds ? before[i]! : 0));
    expectClose(module.readFloats(arena + fields.dx * bytes, inputs * lanes), expected);
  });
});

it('lets a NaN win', () => {
  holds(shape, (module, { lanes, inputs, outputs, averages, adds }, operands) => {
    const of = { lanes, inputs, averages, windows: windowsOf(operands, inputs, outputs) };
    const x = operands.floats(inputs * lanes).map((value) => (operands.below(3) ? value : Number.NaN));
    const rest = new Float32Array((inputs + 2 * outputs) * lanes);
    const { arena, record, fields } = layOut(module, of, [x, rest], adds);
    module.call.pool!(record, lanes * 4, arena);
    expectClose(module.readFloats(arena + fields.y * lanes * 4, outputs * lanes), pool(of, x));
  });
});
