import { crc32 } from 'node:zlib';
import { unreadable } from '../files/errors.js';
import { MAGIC, PREAMBLE, RECORD_HEAD, VERSION } from './format.js';

/**
 * The payloads of the complete records of a log. The last record may be torn: too short, or with a wrong
 * checksum and nothing after it but zeros; then it is left out.
 *
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where the file is of another kind or version, or damaged before
 * its last record
 */
export function payloadsOf(path: string, bytes: Buffer): Uint8Array[] {
  if (bytes.length < PREAMBLE) {
    throw unreadable(
      path,
      `it has ${bytes.length} bytes, fewer than the ${PREAMBLE} that a topology log begins with`,
    );
  }
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw unreadable(path, 'it is not a topology log');
  const version = bytes.readUInt32LE(MAGIC.length);
  if (version !== VERSION) {
    throw unreadable(path, `it is of format version ${version}; this version reads ${VERSION}`);
  }
  const payloads: Uint8Array[] = [];
  let at = PREAMBLE;
  while (at + RECORD_HEAD < bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + RECORD_HEAD + length;
    if (end > bytes.length) break;
    const payload = bytes.subarray(at + RECORD_HEAD, end);
    if (length === 0 || crc32(payload) !== bytes.readUInt32LE(at + 4)) {
      // A machine that lost power can leave zeros, or the room of a record without its bytes.
      if (bytes.subarray(end).every((byte) => byte === 0)) break;
      throw unreadable(path, `the record at byte ${at} is damaged: its checksum is wrong and records follow`);
    }
    payloads.push(payload);
    at = end;
  }
  return payloads;
}
