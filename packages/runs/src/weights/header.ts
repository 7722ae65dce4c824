import { z } from 'zod';
import { messageOf, unreadable } from '../files/errors.js';
import { DTYPES, type Dtype } from './dtypes.js';

/** One tensor's line in a safetensors header. */
export interface HeaderEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** First byte, and the one after the last, counted from the end of the header. */
  readonly data_offsets: readonly [number, number];
}

/** A safetensors header that was checked against the file's size. */
export interface Header {
  readonly entries: ReadonlyMap<string, HeaderEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  /** The byte of the file where the values begin. */
  readonly dataBegin: number;
}

/** The format's own limit. */
const LONGEST_HEADER = 100_000_000;

const whole = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.enum(Object.keys(DTYPES) as Dtype[]),
  shape: z.array(whole),
  data_offsets: z.tuple([whole, whole]),
});
const metadataSchema = z.record(z.string(), z.string());

/**
 * Reads and checks a header: types, shapes, and that the tensors fill the rest of the file without gap or overlap.
 * @param size - bytes of the whole file
 * @param read - gives `length` bytes from `begin`
 * @throws EspalierError ESPALIER_UNREADABLE_FILE
 */
export function parseHeader(
  path: string,
  size: number,
  read: (begin: number, length: number) => Uint8Array,
): Header {
  if (size < 8)
    throw unreadable(path, `it has ${size} bytes, fewer than the 8 of a safetensors header length`);
  const length = Number(Buffer.from(read(0, 8)).readBigUInt64LE());
  if (length > LONGEST_HEADER || length > size - 8) {
    throw unreadable(path, `its header claims ${length} bytes, but only ${size - 8} follow`);
  }
  const raw = parseJson(path, read(8, length));
  const { __metadata__: metadata = {}, ...tensors } = raw;
  const entries = new Map<string, HeaderEntry>();
  for (const [name, value] of Object.entries(tensors)) {
    const entry = entrySchema.safeParse(value);
    if (!entry.success) {
      const { path: where, message } = entry.error.issues[0]!;
      throw unreadable(path, `the header of tensor ${name} is wrong at ${where.join('.')}: ${message}`);
    }
    entries.set(name, entry.data);
  }
  checkCover(path, entries, size - 8 - length);
  const checked = metadataSchema.safeParse(metadata);
  if (!checked.success) throw unreadable(path, 'its __metadata__ is not an object of strings');
  return { entries, metadata: checked.data, dataBegin: 8 + length };
}

function parseJson(path: string, bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw unreadable(path, `its header is not JSON (${messageOf(cause)})`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable(path, 'its header is not a JSON object');
  }
  return value as Record<string, unknown>;
}

function checkCover(path: string, entries: ReadonlyMap<string, HeaderEntry>, available: number): void {
  let next = 0;
  const inOrder = [...entries].sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  for (const [name, { dtype, shape, data_offsets }] of inOrder) {
    const [begin, end] = data_offsets;
    const bytes = shape.reduce((product, dim) => product * dim, 1) * DTYPES[dtype].BYTES_PER_ELEMENT;
    if (end - begin !== bytes) {
      throw unreadable(
        path,
        `tensor ${name} of shape [${shape.join(', ')}] needs ${bytes} bytes, has ${end - begin}`,
      );
    }
    if (begin !== next)
      throw unreadable(path, `tensor ${name} begins at byte ${begin} of the data, not ${next}`);
    next = end;
  }
  if (next !== available) {
    throw unreadable(path, `its tensors need ${next} bytes, but ${available} follow the header`);
  }
}
