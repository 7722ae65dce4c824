import type { Positions } from '@espalier/core';

/** What `topology.bin` begins with; the line feed betrays files that were changed as text. */
export const MAGIC = Uint8Array.from(Buffer.from('ESPTOPO\n', 'latin1'));

/** The version of the format, a 32-bit integer after the magic. */
export const VERSION = 1;

/** Bytes before the first record. */
export const PREAMBLE = MAGIC.length + 4;

/** Bytes before the payload of a record: its length and its CRC-32. */
export const RECORD_HEAD = 8;

/** The first byte of a payload. */
export const KIND = { layers: 0, start: 1, update: 2, end: 3 } as const;

/** One layer of the log. */
export interface TopologyLayer {
  /** Unique in the network, e.g. `dense_1/kernel`. */
  readonly name: string;
  /** Canonical shape. */
  readonly shape: readonly number[];
  /** Number of positions. */
  readonly size: number;
}

/** What an update did to one layer. */
export interface TopologyDifference {
  /** Active before, not after. */
  readonly pruned: Positions;
  /** Active after, not before. */
  readonly grown: Positions;
}

/** One update of the log. */
export interface TopologyUpdate {
  /** The step that the update ended, from 0. */
  readonly step: number;
  /** Counts updates from 0. */
  readonly updateIndex: number;
  /** One per layer of the log, in its order. */
  readonly layers: readonly TopologyDifference[];
}
