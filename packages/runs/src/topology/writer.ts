import { crc32 } from 'node:zlib';
import type { Positions } from '@espalier/core';
import { LogFile } from '../files/log-file.js';
import { ByteWriter } from './bytes.js';
import { KIND, MAGIC, RECORD_HEAD, type TopologyLayer, type TopologyUpdate, VERSION } from './format.js';

/**
 * Writes `topology.bin`: the starting topology and the difference that every update made. The file only grows,
 * one checksummed record at a time, so it is readable up to the last complete record whenever the process stops.
 */
export class TopologyWriter {
  readonly #file: LogFile;
  #started = false;
  #updates = 0;

  private constructor(
    path: string,
    /** The sparse layers, in the network's order. */
    readonly layers: readonly TopologyLayer[],
  ) {
    this.#file = new LogFile(path);
    const version = Buffer.alloc(4);
    version.writeUInt32LE(VERSION);
    this.#file.append(Buffer.concat([MAGIC, version]));
    const facts = layers.map(({ name, shape, size }) => ({ name, shape, size }));
    const record = new ByteWriter();
    record.byte(KIND.layers);
    for (const byte of Buffer.from(JSON.stringify({ layers: facts }))) record.byte(byte);
    this.#append(record);
  }

  /**
   * Begins a new file, in place of one that is there.
   * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
   */
  static create(path: string, layers: readonly TopologyLayer[]): TopologyWriter {
    return new TopologyWriter(path, layers);
  }

  /**
   * Writes the starting topology: the active positions of every layer.
   * @throws TypeError when repeated, or for another number of layers
   */
  start(active: readonly Positions[]): void {
    if (this.#started) throw new TypeError(`${this.#file.path} has its starting topology already.`);
    this.#checkCount(active.length);
    const record = new ByteWriter();
    record.byte(KIND.start);
    for (const [i, positions] of active.entries()) {
      record.integer(positions.length);
      // A layer that is full needs no list of its positions.
      if (positions.length < this.layers[i]!.size) record.positions(positions);
    }
    this.#append(record);
    this.#started = true;
  }

  /**
   * Writes what an update did.
   * @throws TypeError before the start, for another number of layers, or out of order
   */
  update({ step, updateIndex, layers }: TopologyUpdate): void {
    if (!this.#started) throw new TypeError(`${this.#file.path} has no starting topology yet.`);
    if (updateIndex !== this.#updates) {
      throw new TypeError(`${this.#file.path} expects update ${this.#updates}, not ${updateIndex}.`);
    }
    this.#checkCount(layers.length);
    const record = new ByteWriter();
    record.byte(KIND.update);
    record.integer(step);
    record.integer(updateIndex);
    for (const { pruned, grown } of layers) {
      record.integer(pruned.length);
      record.positions(pruned);
      record.integer(grown.length);
      record.positions(grown);
    }
    this.#append(record);
    this.#updates++;
  }

  /** Lets go of the file, of a run that may be continued: the log is not marked as complete. */
  suspend(): void {
    this.#file.suspend();
  }

  /** Marks the log as complete and closes it. Harmless when repeated. */
  close(): void {
    if (this.#file.closed) return;
    if (this.#started) {
      const record = new ByteWriter();
      record.byte(KIND.end);
      record.integer(this.#updates);
      this.#append(record);
    }
    this.#file.close();
  }

  #append(record: ByteWriter): void {
    const payload = record.finish();
    const head = Buffer.alloc(RECORD_HEAD);
    head.writeUInt32LE(payload.length, 0);
    head.writeUInt32LE(crc32(payload), 4);
    this.#file.append(head);
    this.#file.append(payload);
  }

  #checkCount(found: number): void {
    if (found !== this.layers.length) {
      throw new TypeError(`${this.#file.path} has ${this.layers.length} layers, not ${found}.`);
    }
  }
}
