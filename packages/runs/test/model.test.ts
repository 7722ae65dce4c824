import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineState, StateTensor } from '@espalier/core';
import { readModel, readSafetensors, type Tensor, writeModel, writeSafetensors } from '@espalier/runs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from './temporary.js';

const STATE: EngineState = {
  parameters: {
    'fc1/kernel': {
      shape: [3, 2],
      data: Float32Array.of(0.5, -0.25, 8),
      positions: Uint32Array.of(0, 3, 5),
    },
    'fc1/bias': { shape: [2], data: Float32Array.of(1, 2) },
  },
  slots: {
    'momentum/fc1/kernel': {
      shape: [3, 2],
      data: Float32Array.of(1, 2, 3),
      positions: Uint32Array.of(0, 3, 5),
    },
    'age/fc1/bias': { shape: [2], data: Uint32Array.of(7, 9) },
  },
};

const values = fc.float32Array({ minLength: 0, maxLength: 6 });
const dense: fc.Arbitrary<StateTensor> = fc.oneof(
  values.map((data) => ({ shape: [data.length], data })),
  fc.float64Array({ maxLength: 4 }).map((data) => ({ shape: [1, data.length], data })),
  fc.uint32Array({ maxLength: 4 }).map((data) => ({ shape: [data.length, 1], data })),
);
const sparse: fc.Arbitrary<StateTensor> = fc
  .uniqueArray(fc.nat({ max: 19 }), { maxLength: 8 })
  .chain((positions) =>
    fc.record({
      shape: fc.constant([4, 5]),
      data: fc.float32Array({ minLength: positions.length, maxLength: positions.length }),
      positions: fc.constantFrom(Uint32Array.from(positions).sort(), Float64Array.from(positions).sort()),
    }),
  );
const names = fc.stringMatching(/^[a-z_]{1,8}\/(kernel|bias|positions)$/);
const states: fc.Arbitrary<EngineState> = fc.record({
  parameters: fc.dictionary(names, fc.oneof(dense, sparse), { noNullPrototype: true }),
  slots: fc.dictionary(names, fc.oneof(dense, sparse), { noNullPrototype: true }),
});

describe('a model file', () => {
  it('gives back what was written', () => {
    const path = join(temporaryDirectory(), 'model.safetensors');
    fc.assert(
      fc.property(states, (state) => {
        writeModel(path, state, { method: 'ggr' });
        expect(readModel(path)).toEqual({ state, metadata: { method: 'ggr' } });
      }),
      { numRuns: 50 },
    );
  });

  it('is the same for the same state, whatever the order of its tensors', () => {
    const directory = temporaryDirectory();
    const reversed = {
      parameters: Object.fromEntries(Object.entries(STATE.parameters).reverse()),
      slots: Object.fromEntries(Object.entries(STATE.slots).reverse()),
    };
    writeModel(join(directory, 'a'), STATE, { x: '1', y: '2' });
    writeModel(join(directory, 'b'), reversed, { y: '2', x: '1' });
    expect(readFileSync(join(directory, 'b'))).toEqual(readFileSync(join(directory, 'a')));
    expect(readdirSync(directory)).toEqual(['a', 'b']);
  });

  it('is what other readers of safetensors expect', () => {
    const path = join(temporaryDirectory(), 'model');
    writeModel(path, STATE);
    const bytes = readFileSync(path);
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
    expect(header['fc1/kernel']).toMatchObject({ dtype: 'F32', shape: [3] });
    expect(header['fc1/kernel.positions']).toMatchObject({ dtype: 'U32', shape: [3] });
    expect(header['optimizer:age/fc1/bias']).toMatchObject({ dtype: 'U32', shape: [2] });
    expect(JSON.parse(header.__metadata__['espalier.shapes'])['fc1/kernel']).toEqual([3, 2]);
    const [begin] = header['fc1/bias'].data_offsets;
    expect(bytes.readFloatLE(8 + length + begin + 4)).toBe(2);
  });

  it('is refused when truncated at any byte, or with bytes added', () => {
    const path = join(temporaryDirectory(), 'model');
    writeModel(path, STATE);
    const bytes = readFileSync(path);
    for (let end = 0; end < bytes.length; end++) {
      writeFileSync(path, bytes.subarray(0, end));
      expect(() => readModel(path), `first ${end} bytes`).toThrow(/ESPALIER_UNREADABLE_FILE.*model: /);
    }
    writeFileSync(path, Buffer.concat([bytes, Buffer.of(0)]));
    expect(() => readModel(path)).toThrow('ESPALIER_UNREADABLE_FILE');
  });

  it('is refused when it is not there', () => {
    expect(() => readModel(join(temporaryDirectory(), 'gone'))).toThrow(/ESPALIER_UNREADABLE_FILE.*gone/);
  });

  it('is not written where names collide', () => {
    const path = join(temporaryDirectory(), 'model');
    const { parameters } = STATE;
    const twice = { ...parameters, 'fc1/kernel.positions': parameters['fc1/bias']! };
    expect(() => writeModel(path, { parameters: twice, slots: {} })).toThrow('fc1/kernel.positions');
    expect(() => writeModel(path, STATE, { 'espalier.format': '2' })).toThrow(TypeError);
  });

  it('is not half-written where the directory is missing', () => {
    const path = join(temporaryDirectory(), 'gone', 'model');
    expect(() => writeModel(path, STATE)).toThrow(/ESPALIER_OUTPUT_UNWRITABLE.*gone/);
  });
});

describe('a damaged model file', () => {
  const tensor = (...data: number[]): Tensor => ({ shape: [data.length], data: Float32Array.from(data) });
  const positions = (...data: number[]): Tensor => ({ shape: [data.length], data: Uint32Array.from(data) });
  const metadata = { 'espalier.format': '1', 'espalier.shapes': '{"w":[2,2]}' };

  it.each<[string, Record<string, Tensor>, Record<string, string>, string]>([
    ['of another maker', { w: tensor(1) }, {}, 'espalier.format = nothing'],
    ['of a later version', { w: tensor(1) }, { ...metadata, 'espalier.format': '9' }, 'espalier.format = 9'],
    [
      'with a bad list of shapes',
      {},
      { ...metadata, 'espalier.shapes': '{"w":1}' },
      'not an object of shapes',
    ],
    ['without positions', { w: tensor(1) }, metadata, 'no tensor w.positions'],
    ['without values', { 'w.positions': positions(1) }, metadata, 'a tensor w, which is missing'],
    [
      'with too few values',
      { w: tensor(1), 'w.positions': positions(0, 1) },
      metadata,
      '1 values at 2 positions',
    ],
    [
      'with positions out of order',
      { w: tensor(1, 2), 'w.positions': positions(1, 0) },
      metadata,
      'position 1 of tensor w is 0, after 1',
    ],
    [
      'with a position out of range',
      { w: tensor(1), 'w.positions': positions(4) },
      metadata,
      'position 0 of tensor w is 4',
    ],
    [
      'of bytes',
      { x: { shape: [1], data: Uint8Array.of(1) } },
      { ...metadata, 'espalier.shapes': '{}' },
      'type U8',
    ],
  ])('%s is refused', (_, tensors, given, message) => {
    const path = join(temporaryDirectory(), 'model');
    writeSafetensors(path, { tensors: new Map(Object.entries(tensors)), metadata: given });
    expect(() => readModel(path)).toThrow('ESPALIER_UNREADABLE_FILE');
    expect(() => readModel(path)).toThrow(message);
  });

  it.each([
    ['[]', 'not a JSON object'],
    ['{"a":1}', 'the header of tensor a is wrong'],
    ['{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', 'tensor a is wrong at dtype'],
    ['{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}}', 'needs 2 bytes, has 1'],
    ['{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', 'begins at byte 1 of the data, not 0'],
    ['{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 'need 1 bytes, but 2 follow'],
    ['{"__metadata__":{"a":1}}', 'its tensors need 0 bytes, but 2 follow'],
    ['{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"__metadata__":{"a":1}}', '__metadata__'],
    ['not json', 'not JSON'],
  ])('with the header %s is refused', (header, message) => {
    const path = join(temporaryDirectory(), 'model');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(path, Buffer.concat([length, Buffer.from(header), Buffer.alloc(2)]));
    expect(() => readSafetensors(path)).toThrow('ESPALIER_UNREADABLE_FILE');
    expect(() => readSafetensors(path)).toThrow(message);
  });
});
