import { readFileSync } from 'node:fs';
import { allPositions, type Positions, union, without } from '@espalier/core';
import { z } from 'zod';
import { messageOf, unreadable } from '../files/errors.js';
import { ByteReader } from './bytes.js';
import { KIND, type TopologyLayer, type TopologyUpdate } from './format.js';
import { payloadsOf } from './records.js';

const layersSchema = z.strictObject({
  layers: z.array(z.strictObject({ name: z.string(), shape: z.array(z.int().min(0)), size: z.int().min(0) })),
});

/** A topology log as it was read. Iterating gives the updates in order. */
export class TopologyLog implements Iterable<TopologyUpdate> {
  /** The sparse layers, in the network's order. */
  readonly layers: readonly TopologyLayer[];
  /** How many complete updates there are. */
  readonly updates: number;
  /** Whether the log was closed in order; otherwise the run was cut off, and later updates may be missing. */
  readonly complete: boolean;
  readonly #path: string;
  readonly #start: Uint8Array;
  readonly #updates: readonly Uint8Array[];

  /** See {@link readTopology}. */
  constructor(path: string, payloads: readonly Uint8Array[]) {
    this.#path = path;
    const [layers, start, ...rest] = payloads;
    if (layers === undefined || start === undefined) {
      throw unreadable(path, 'it ends before the starting topology');
    }
    this.layers = this.#decode(layers, KIND.layers, (reader) => parseLayers(reader));
    this.#start = start;
    this.complete = rest.at(-1)?.[0] === KIND.end;
    this.#updates = this.complete ? rest.slice(0, -1) : rest;
    this.updates = this.#updates.length;
    if (this.complete) {
      const counted = this.#decode(rest.at(-1)!, KIND.end, (reader) => reader.integer());
      if (counted !== this.updates) {
        throw unreadable(path, `it counts ${counted} updates and holds ${this.updates}`);
      }
    }
  }

  /** @throws EspalierError ESPALIER_UNREADABLE_FILE where an update makes no sense */
  *[Symbol.iterator](): Generator<TopologyUpdate> {
    for (const [index, payload] of this.#updates.entries()) {
      yield this.#decode(payload, KIND.update, (reader) => parseUpdate(reader, this.layers, index));
    }
  }

  /**
   * The topology after 0, 1, 2, ... updates: the active positions of every layer, not to be written to.
   * @throws EspalierError ESPALIER_UNREADABLE_FILE where an update does not fit the topology before it
   */
  *topologies(): Generator<Positions[]> {
    let active = this.#decode(this.#start, KIND.start, (reader) => parseStart(reader, this.layers));
    yield active;
    for (const update of this) {
      active = active.map((positions, i) => this.#apply(positions, update, i));
      yield active;
    }
  }

  /**
   * The topology after so many updates: 0 is the start. It is the one that a clock with this `updateIndex` sees.
   * @param updateIndex - from 0 to `updates`
   * @returns the active positions of every layer, not to be written to
   * @throws TypeError for another index
   * @throws EspalierError ESPALIER_UNREADABLE_FILE where an update does not fit the topology before it
   */
  at(updateIndex: number): Positions[] {
    let index = 0;
    for (const active of this.topologies()) if (index++ === updateIndex) return active;
    throw new TypeError(
      `${this.#path} has the topology after 0 to ${this.updates} updates, not ${updateIndex}.`,
    );
  }

  #apply(active: Positions, { updateIndex, layers }: TopologyUpdate, layer: number): Positions {
    const { pruned, grown } = layers[layer]!;
    const kept = without(active, pruned);
    const next = union(kept, grown);
    if (kept.length !== active.length - pruned.length || next.length !== kept.length + grown.length) {
      throw unreadable(
        this.#path,
        `update ${updateIndex} prunes inactive or grows active positions of ${this.layers[layer]!.name}`,
      );
    }
    return next;
  }

  #decode<T>(payload: Uint8Array, kind: number, parse: (reader: ByteReader) => T): T {
    try {
      const reader = new ByteReader(payload);
      const found = reader.byte();
      if (found !== kind) throw new RangeError(`a record is of kind ${found} where ${kind} belongs`);
      const value = parse(reader);
      if (!reader.atEnd) throw new RangeError('a record is longer than its contents');
      return value;
    } catch (cause) {
      throw unreadable(this.#path, messageOf(cause), cause);
    }
  }
}

/**
 * Reads a topology log, a complete one or what a run that was cut off left behind.
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where the file is missing, of another kind or version, or damaged
 */
export function readTopology(path: string): TopologyLog {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadable(path, messageOf(cause), cause);
  }
  return new TopologyLog(path, payloadsOf(path, bytes));
}

function parseLayers(reader: ByteReader): readonly TopologyLayer[] {
  return layersSchema.parse(JSON.parse(Buffer.from(reader.rest()).toString())).layers;
}

function parseStart(reader: ByteReader, layers: readonly TopologyLayer[]): Positions[] {
  return layers.map(({ size }) => {
    const count = reader.integer();
    return count === size ? allPositions(size) : reader.positions(size, count);
  });
}

function parseUpdate(reader: ByteReader, layers: readonly TopologyLayer[], index: number): TopologyUpdate {
  const step = reader.integer();
  const updateIndex = reader.integer();
  if (updateIndex !== index) throw new RangeError(`update ${updateIndex} stands where ${index} belongs`);
  const differences = layers.map(({ size }) => ({
    pruned: reader.positions(size, reader.integer()),
    grown: reader.positions(size, reader.integer()),
  }));
  return { step, updateIndex, layers: differences };
}
