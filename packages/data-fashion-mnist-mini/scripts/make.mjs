// Makes files/ from a directory of the full Fashion-MNIST: node scripts/make.mjs DIRECTORY
// The first 500 training and 100 test images of each class, in the order of the original.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

const CLASSES = 10;
const PER_CLASS = { train: 500, t10k: 100 };

const source = process.argv[2];
if (source === undefined) {
  console.error('usage: node scripts/make.mjs DIRECTORY   (such as /usr/share/datasets/fashion-mnist)');
  process.exit(2);
}
const target = fileURLToPath(new URL('../files/', import.meta.url));

for (const [set, perClass] of Object.entries(PER_CLASS)) {
  const labelFile = `${set}-labels-idx1-ubyte.gz`;
  const imageFile = `${set}-images-idx3-ubyte.gz`;
  const labels = gunzipSync(readFileSync(join(source, labelFile)));
  const images = gunzipSync(readFileSync(join(source, imageFile)));
  const [height, width] = [images.readUInt32BE(8), images.readUInt32BE(12)];
  const kept = firstOfEachClass(labels.subarray(8), perClass);

  const pixels = height * width;
  const body = kept.map((i) => images.subarray(16 + i * pixels, 16 + (i + 1) * pixels));
  write(imageFile, Buffer.concat([header(3, kept.length, height, width), ...body]));
  write(labelFile, Buffer.concat([header(1, kept.length), Buffer.from(kept.map((i) => labels[8 + i]))]));
}

function firstOfEachClass(labels, perClass) {
  const counts = new Array(CLASSES).fill(0);
  const kept = [];
  for (const [i, label] of labels.entries()) {
    if (counts[label] === perClass) continue;
    counts[label]++;
    kept.push(i);
  }
  if (kept.length !== CLASSES * perClass)
    throw new Error(`found ${counts} images per class, need ${perClass}`);
  return kept;
}

function header(rank, ...dims) {
  const bytes = Buffer.alloc(4 + 4 * rank);
  bytes.set([0, 0, 8, rank]);
  for (const [i, dim] of dims.entries()) bytes.writeUInt32BE(dim, 4 + 4 * i);
  return bytes;
}

function write(name, bytes) {
  const packed = gzipSync(bytes, { level: 9, memLevel: 9 });
  // The operating system's number, which zlib fills in, would make the files differ between platforms.
  packed[9] = 255;
  writeFileSync(join(target, name), packed);
  console.log(`${name}: ${packed.length} bytes`);
}
