import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Positions } from '@espalier/core';
import { readTopology, type TopologyLayer, type TopologyUpdate, TopologyWriter } from '@espalier/runs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from './temporary.js';

const LAYERS: readonly TopologyLayer[] = [
  { name: 'fc1/kernel', shape: [4, 5], size: 20 },
  { name: 'fc2/kernel', shape: [3], size: 3 },
];
const START = [Uint32Array.of(0, 7, 19), Uint32Array.of(0, 1, 2)];
const UPDATES: readonly TopologyUpdate[] = [
  {
    step: 10,
    updateIndex: 0,
    layers: [
      { pruned: Uint32Array.of(7), grown: Uint32Array.of(3, 4) },
      { pruned: Uint32Array.of(1), grown: Uint32Array.of() },
    ],
  },
  {
    step: 20,
    updateIndex: 1,
    layers: [
      { pruned: Uint32Array.of(0, 3), grown: Uint32Array.of(7) },
      { pruned: Uint32Array.of(), grown: Uint32Array.of(1) },
    ],
  },
];

function write(path: string, close = true): void {
  const writer = TopologyWriter.create(path, LAYERS);
  writer.start(START);
  for (const update of UPDATES) writer.update(update);
  if (close) writer.close();
}

function written(): { path: string; bytes: Buffer } {
  const path = join(temporaryDirectory(), 'topology.bin');
  write(path);
  return { path, bytes: readFileSync(path) };
}

const lists = (topology: readonly Positions[]) => topology.map((positions) => [...positions]);

describe('a topology log', () => {
  it('gives back layers, start and updates', () => {
    const { path } = written();
    const log = readTopology(path);
    expect(log.layers).toEqual(LAYERS);
    expect(log.complete).toBe(true);
    expect(log.updates).toBe(2);
    expect([...log]).toEqual(UPDATES);
  });

  it('gives the topology after any number of updates', () => {
    const log = readTopology(written().path);
    expect(lists(log.at(0))).toEqual([
      [0, 7, 19],
      [0, 1, 2],
    ]);
    expect(lists(log.at(1))).toEqual([
      [0, 3, 4, 19],
      [0, 2],
    ]);
    expect(lists(log.at(2))).toEqual([
      [4, 7, 19],
      [0, 1, 2],
    ]);
    expect(() => log.at(3)).toThrow('after 0 to 2 updates, not 3');
    expect(() => log.at(-1)).toThrow(TypeError);
  });

  it('replays any course of training', () => {
    const path = join(temporaryDirectory(), 'topology.bin');
    const masks = fc.array(fc.array(fc.boolean(), { minLength: 300, maxLength: 300 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(masks, (course) => {
        const positionsWhere = (test: (i: number) => boolean) =>
          Uint32Array.from([...Array(300).keys()].filter(test));
        const writer = TopologyWriter.create(path, [{ name: 'w', shape: [300], size: 300 }]);
        writer.start([positionsWhere((i) => course[0]![i]!)]);
        course.slice(1).forEach((mask, updateIndex) => {
          const before = course[updateIndex]!;
          const pruned = positionsWhere((i) => before[i]! && !mask[i]!);
          const grown = positionsWhere((i) => !before[i]! && mask[i]!);
          writer.update({ step: updateIndex * 7, updateIndex, layers: [{ pruned, grown }] });
        });
        writer.close();
        const topologies = [...readTopology(path).topologies()];
        expect(topologies.map(([active]) => active)).toEqual(
          course.map((mask) => positionsWhere((i) => mask[i]!)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('holds positions beyond 2^32 and steps up to 2^53', () => {
    const path = join(temporaryDirectory(), 'topology.bin');
    const size = 2 ** 52;
    const writer = TopologyWriter.create(path, [{ name: 'huge', shape: [size], size }]);
    writer.start([Float64Array.of(0, 2 ** 31, 2 ** 32, size - 1)]);
    const step = Number.MAX_SAFE_INTEGER;
    const update = {
      step,
      updateIndex: 0,
      layers: [{ pruned: Float64Array.of(2 ** 32), grown: Float64Array.of(2 ** 40 + 1) }],
    };
    writer.update(update);
    writer.close();
    const log = readTopology(path);
    expect([...log]).toEqual([update]);
    expect(log.at(1)).toEqual([Float64Array.of(0, 2 ** 31, 2 ** 40 + 1, size - 1)]);
  });

  it('needs few bytes: one or two a position, none for a layer that is full', () => {
    const path = join(temporaryDirectory(), 'topology.bin');
    const writer = TopologyWriter.create(path, [
      { name: 'sparse', shape: [100000], size: 100000 },
      { name: 'full', shape: [100000], size: 100000 },
    ]);
    const full = Uint32Array.from({ length: 100000 }, (_, i) => i);
    writer.start([full.filter((i) => i % 50 === 3), full]);
    writer.close();
    const log = readTopology(path);
    expect(readFileSync(path).length).toBeLessThan(2300);
    expect(log.at(0)[1]).toEqual(full);
  });

  it('is the same for the same course', () => {
    expect(written().bytes).toEqual(written().bytes);
  });

  it('is written in order only', () => {
    const writer = TopologyWriter.create(join(temporaryDirectory(), 't'), LAYERS);
    expect(() => writer.update(UPDATES[0]!)).toThrow('no starting topology');
    expect(() => writer.start([START[0]!])).toThrow('2 layers, not 1');
    writer.start(START);
    expect(() => writer.start(START)).toThrow('already');
    expect(() => writer.update(UPDATES[1]!)).toThrow('expects update 0, not 1');
    writer.close();
    writer.close();
    expect(() => writer.update(UPDATES[0]!)).toThrow('closed');
  });
});

describe('a topology log that was suspended', () => {
  it('goes on, and is complete only when closed', () => {
    const path = join(temporaryDirectory(), 'topology.bin');
    const writer = TopologyWriter.create(path, LAYERS);
    writer.start(START);
    writer.update(UPDATES[0]!);
    writer.suspend();
    expect(readTopology(path)).toMatchObject({ complete: false, updates: 1 });
    writer.update(UPDATES[1]!);
    writer.close();
    expect(readTopology(path)).toMatchObject({ complete: true, updates: 2 });
  });
});

describe('a topology log that was cut off', () => {
  it('is readable while the run still writes it', () => {
    const path = join(temporaryDirectory(), 'topology.bin');
    write(path, false);
    const log = readTopology(path);
    expect(log.complete).toBe(false);
    expect([...log]).toEqual(UPDATES);
  });

  it('gives the complete updates, or says that there is no start, at whatever byte it ends', () => {
    const { path, bytes } = written();
    const counts = new Set<number>();
    for (let end = 0; end < bytes.length; end++) {
      writeFileSync(path, bytes.subarray(0, end));
      let log: ReturnType<typeof readTopology>;
      try {
        log = readTopology(path);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ESPALIER_UNREADABLE_FILE' });
        expect(counts.size).toBe(0);
        continue;
      }
      counts.add(log.updates);
      expect(log.complete).toBe(false);
      expect([...log]).toEqual(UPDATES.slice(0, log.updates));
    }
    expect([...counts]).toEqual([0, 1, 2]);
  });

  it('is readable where a power cut left zeros', () => {
    const { path, bytes } = written();
    writeFileSync(path, Buffer.concat([bytes.subarray(0, -6), Buffer.alloc(40)]));
    expect([...readTopology(path)]).toEqual(UPDATES);
  });
});

describe('a damaged topology log', () => {
  it('never gives other updates than were written, whichever bit is wrong', () => {
    const { path, bytes } = written();
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(path, damaged);
      let log: ReturnType<typeof readTopology>;
      try {
        log = readTopology(path);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ESPALIER_UNREADABLE_FILE' });
        continue;
      }
      expect(log.complete, `bit ${bit}`).toBe(false);
      expect([...log]).toEqual(UPDATES.slice(0, log.updates));
    }
  });

  it('names the place', () => {
    const { path, bytes } = written();
    bytes[22]! ^= 1;
    writeFileSync(path, bytes);
    expect(() => readTopology(path)).toThrow(
      /ESPALIER_UNREADABLE_FILE.*topology\.bin: the record at byte 12/,
    );
  });

  it.each([
    ['of another kind', Buffer.from('something else'), 'not a topology log'],
    ['of another version', Buffer.from('ESPTOPO\n\x02\0\0\0', 'latin1'), 'format version 2'],
    ['that is empty', Buffer.alloc(0), '0 bytes'],
  ])('or one %s is refused', (_, bytes, message) => {
    const path = join(temporaryDirectory(), 'topology.bin');
    writeFileSync(path, bytes);
    expect(() => readTopology(path)).toThrow('ESPALIER_UNREADABLE_FILE');
    expect(() => readTopology(path)).toThrow(message);
  });

  it('is refused where it is not there', () => {
    expect(() => readTopology(join(temporaryDirectory(), 'gone'))).toThrow('ESPALIER_UNREADABLE_FILE');
  });

  /** A log with proper checksums whose last record is one of our own making. */
  function withRecord(...payload: number[]): string {
    const path = join(temporaryDirectory(), 'topology.bin');
    const writer = TopologyWriter.create(path, LAYERS);
    writer.start(START);
    const head = Buffer.alloc(8);
    head.writeUInt32LE(payload.length);
    head.writeUInt32LE(crc32(Uint8Array.from(payload)), 4);
    writeFileSync(path, Buffer.concat([readFileSync(path), head, Uint8Array.from(payload)]));
    return path;
  }

  it.each([
    [
      'prunes what is inactive',
      [2, 5, 0, 1, 1, 0, 0, 0],
      'prunes inactive or grows active positions of fc1/kernel',
    ],
    ['grows what is active', [2, 5, 0, 0, 1, 7, 0, 0], 'prunes inactive or grows active'],
    ['has a position outside its layer', [2, 5, 0, 0, 1, 20, 0, 0], 'position 20 in a layer of 20'],
    ['has more positions than the layer', [2, 5, 0, 0, 21, 0, 0, 0], '21 positions in a layer of 20'],
    ['ends early', [2, 5, 0, 0, 3, 1], '3 positions in 1 bytes'],
    ['goes on too long', [2, 5, 0, 0, 0, 0, 0, 9], 'longer than its contents'],
    ['has another number', [2, 5, 4, 0, 0, 0, 0], 'update 4 stands where 0 belongs'],
    ['is of an unknown kind', [9, 5], 'kind 9 where 2 belongs'],
  ])('is refused where an update %s', (_, payload, message) => {
    const log = readTopology(withRecord(...payload));
    expect(() => log.at(1)).toThrow('ESPALIER_UNREADABLE_FILE');
    expect(() => log.at(1)).toThrow(message);
  });

  it('is refused where it ends with another count of updates', () => {
    expect(() => readTopology(withRecord(3, 5))).toThrow('counts 5 updates and holds 0');
  });
});
