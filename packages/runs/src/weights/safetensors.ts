import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { writeFileAtomic } from '../files/atomic.js';
import { messageOf, unreadable } from '../files/errors.js';
import { DTYPES, dtypeOf, type TensorData } from './dtypes.js';
import { type HeaderEntry, parseHeader } from './header.js';

/** A dense array in a safetensors file. */
export interface Tensor {
  /** The product is the number of values. */
  readonly shape: readonly number[];
  /** Row-major values. */
  readonly data: TensorData;
}

/** What a safetensors file holds. */
export interface TensorFile {
  /** By name. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Free text by key. */
  readonly metadata: Readonly<Record<string, string>>;
}

const READ_AT_ONCE = 2 ** 30;

/**
 * Writes tensors in the safetensors format: a 64-bit little-endian header length, a JSON header padded with
 * spaces to a multiple of 8, the raw little-endian values. The order of the tensors does not matter: wider types
 * come first, then the names decide, so equal tensors make equal files.
 *
 * @throws TypeError where a shape and its values disagree
 * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
 */
export function writeSafetensors(path: string, { tensors, metadata }: TensorFile): void {
  const sorted = [...tensors].sort(([a, left], [b, right]) => {
    const wider = right.data.BYTES_PER_ELEMENT - left.data.BYTES_PER_ELEMENT;
    return wider !== 0 ? wider : a < b ? -1 : 1;
  });
  const header: Record<string, HeaderEntry | Readonly<Record<string, string>>> = {};
  header.__metadata__ = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
  let end = 0;
  for (const [name, { shape, data }] of sorted) {
    if (name === '__metadata__') throw new TypeError('No tensor can be called __metadata__.');
    const count = shape.reduce((product, dim) => product * dim, 1);
    if (count !== data.length) {
      throw new TypeError(
        `Tensor ${name} of shape [${shape.join(', ')}] needs ${count} values, has ${data.length}.`,
      );
    }
    const begin = end;
    end += data.byteLength;
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [begin, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(text.length / 8) * 8, ' ');
  padded.set(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeFileAtomic(path, length, padded, ...sorted.map(([, { data }]) => bytesOf(data)));
}

/**
 * Reads a safetensors file of the types F32, F64, U32 and U8.
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where it is missing, damaged, or has other types
 */
export function readSafetensors(path: string): TensorFile {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw unreadable(path, messageOf(cause), cause);
  }
  try {
    const size = fstatSync(file).size;
    const { entries, metadata, dataBegin } = parseHeader(path, size, (begin, length) => {
      const bytes = new Uint8Array(length);
      readInto(path, file, bytes, begin);
      return bytes;
    });
    const tensors = new Map<string, Tensor>();
    for (const [name, { dtype, shape, data_offsets }] of entries) {
      const data = new DTYPES[dtype](shape.reduce((product, dim) => product * dim, 1));
      readInto(path, file, bytesOf(data), dataBegin + data_offsets[0]);
      tensors.set(name, { shape, data });
    }
    return { tensors, metadata };
  } finally {
    closeSync(file);
  }
}

function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function readInto(path: string, file: number, bytes: Uint8Array, begin: number): void {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(file, bytes, done, Math.min(READ_AT_ONCE, bytes.length - done), begin + done);
    if (read === 0) throw unreadable(path, 'the file became shorter while it was read');
    done += read;
  }
}
