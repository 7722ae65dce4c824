import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { description, directory } from '@espalier/data-fashion-mnist-mini';
import { describe, expect, it } from 'vitest';

const unpacked = (name: string): Buffer => gunzipSync(readFileSync(join(directory(), name)));
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('the embedded files', () => {
  it('lie in an absolute directory', () => {
    expect(isAbsolute(directory())).toBe(true);
  });

  it('are the images that results were published with', () => {
    expect(sha256(unpacked('train-images-idx3-ubyte.gz'))).toBe(
      '444ed5f7ce17397f236f5eba17dd507d3f6912f04edd3e4f1701cdf82f2cc0c5',
    );
    expect(sha256(unpacked('train-labels-idx1-ubyte.gz'))).toBe(
      '35d691216f65485d010cc635af5574a9dc04aa5060de9be64ab6e5cb5ead38e9',
    );
    expect(sha256(unpacked('t10k-images-idx3-ubyte.gz'))).toBe(
      '7cee33c3c6414b1b86c25e665a6c4f41584269de3b7cc9768b1d351922845eef',
    );
    expect(sha256(unpacked('t10k-labels-idx1-ubyte.gz'))).toBe(
      '3128d790775889812b73c4f13923559c8b9e281d112c6ea7862acf60a206a909',
    );
  });

  it.each([
    ['train-labels-idx1-ubyte.gz', description.trainSize],
    ['t10k-labels-idx1-ubyte.gz', description.testSize],
  ])('%s holds as many images of every class', (name, size) => {
    const counts = new Array<number>(description.classes.length).fill(0);
    for (const label of unpacked(name).subarray(8)) counts[label]!++;
    expect(counts).toEqual(counts.map(() => size / description.classes.length));
  });

  it('come with the licence of their author', () => {
    expect(readFileSync(join(directory(), 'LICENSE'), 'utf8')).toContain('2017 Zalando SE');
  });
});
