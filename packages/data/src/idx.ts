import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { EspalierError } from '@espalier/core';

/** An array of bytes as an IDX file holds it. */
export interface IdxArray {
  /** Sizes of the dimensions, the first one counting examples. */
  readonly dims: readonly number[];
  /** Row-major values. */
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * Reads the IDX format of MNIST and its relatives: two zero bytes, the type (only unsigned bytes are read), the
 * number of dimensions, each dimension as a big-endian 32-bit integer, then the values. Gzipped files are
 * recognised by their first bytes.
 *
 * @param source - a path, or the bytes themselves
 * @param label - what error messages call the bytes; the path by default
 * @throws EspalierError ESPALIER_DATA_NOT_FOUND where the file can't be read, ESPALIER_DATA_CORRUPT where it is
 * not exactly one IDX array of bytes
 */
export function readIdx(source: string | Uint8Array, label?: string): IdxArray {
  const name = label ?? (typeof source === 'string' ? source : 'the IDX bytes');
  const bytes = unpack(typeof source === 'string' ? readBytes(source) : source, name);
  if (bytes.length < 4)
    throw corrupt(name, `it has ${bytes.length} bytes, fewer than the 4 of an IDX header`);
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    throw corrupt(name, `it begins with ${hex(bytes.subarray(0, 4))}, an IDX file of bytes with 00 00 08`);
  }
  if (bytes[2] !== UNSIGNED_BYTE) {
    throw corrupt(
      name,
      `its IDX type is 0x${hex(bytes.subarray(2, 3))}; only unsigned bytes (0x08) are read`,
    );
  }
  const rank = bytes[3]!;
  if (rank === 0) throw corrupt(name, 'its IDX header counts no dimensions');
  const begin = 4 + 4 * rank;
  if (bytes.length < begin) {
    throw corrupt(name, `it ends after ${bytes.length} bytes, inside a header of ${rank} dimensions`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = dims.reduce((product, dim) => product * dim, 1);
  const found = bytes.length - begin;
  if (found !== expected) {
    throw corrupt(
      name,
      `its header promises ${dims.join(' x ')} = ${expected} values, but ${found} bytes follow` +
        (found < expected ? '; it is truncated' : ''),
    );
  }
  return { dims, data: bytes.subarray(begin) };
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EspalierError('ESPALIER_DATA_NOT_FOUND', `The data file can not be read: ${reason}.`, {
      cause,
    });
  }
}

function unpack(bytes: Uint8Array, name: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw corrupt(
      name,
      `its gzip stream of ${bytes.length} bytes is damaged or truncated (${reason})`,
      cause,
    );
  }
}

function corrupt(name: string, what: string, cause?: unknown): EspalierError {
  return new EspalierError('ESPALIER_DATA_CORRUPT', `${name} is not a readable IDX file: ${what}.`, {
    cause,
  });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
