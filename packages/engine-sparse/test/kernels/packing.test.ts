import fc from 'fast-check';
import { expect, it } from 'vitest';
import { holds, lanes } from '../oracle/operands.js';
import { packInputs, pad } from '../oracle/pack.js';

it('packs a batch into tiles, and fills the last one up with zeros', () => {
  const shape = fc.record({
    lanes,
    features: fc.integer({ min: 1, max: 11 }),
    examples: fc.integer({ min: 1, max: 70 }),
  });
  holds(shape, (module, { lanes, features, examples }, operands) => {
    const inputs = operands.floats(examples * features);
    const at = module.floats(inputs);
    const target = module.floats(new Float32Array(features * lanes).fill(Number.NaN));
    for (let from = 0; from < examples; from += lanes) {
      module.call.packInputs!(features, lanes, from, examples, at, target);
      const expected = packInputs(features, lanes, from, examples, inputs);
      expect(module.readFloats(target, expected.length)).toEqual(expected);
    }
  });
});

const side = fc.nat(3);
const border = fc.record({
  lanes,
  height: fc.integer({ min: 1, max: 4 }),
  row: fc.integer({ min: 1, max: 6 }),
  above: side,
  below: side,
  left: side,
  right: side,
});

it('puts a border of zeros around an image', () => {
  holds(border, (module, border, operands) => {
    const { lanes, height, row, above, below, left, right } = border;
    const paddedRow = left + row + right;
    const paddedFeatures = (above + height + below) * paddedRow;
    const before = above * paddedRow + left;
    const fields = { height, row, paddedRow, before, paddedFeatures };
    const record = module.record({ kind: 'pad', fields });
    const image = operands.floats(height * row * lanes);
    const target = module.floats(new Float32Array(paddedFeatures * lanes).fill(Number.NaN));
    module.call.pad!(record, lanes * 4, module.floats(image), target);
    const expected = pad(border, image);
    expect(module.readFloats(target, expected.length)).toEqual(expected);

    // What stands there already keeps its place; the border may have held anything.
    const inside = pad(border, new Float32Array(image.length).fill(1));
    const spoilt = module.floats(expected.map((value, i) => (inside[i] === 1 ? value : Number.NaN)));
    module.call.pad!(record, lanes * 4, spoilt, spoilt);
    expect(module.readFloats(spoilt, expected.length)).toEqual(expected);
  });
});
