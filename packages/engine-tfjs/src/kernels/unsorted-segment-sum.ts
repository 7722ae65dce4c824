import * as tf from '@tensorflow/tfjs';
import { replaceKernel } from './replace-kernel.js';

interface Attributes {
  readonly numSegments: number;
}

/**
 * Supplies the sum of rows by segment, which the WASM backend lacks and the gradient of embeddings and of
 * gather needs: row i of x is added to row segmentIds[i] of the output; negative ids are left out.
 */
export function registerUnsortedSegmentSum(): void {
  replaceKernel<Attributes>('UnsortedSegmentSum', () => ({ x, segmentIds }, { numSegments }, backend) => {
    const ids = segmentIds!;
    const width = tf.util.sizeFromShape(x!.shape.slice(ids.rank));
    const output = backend.makeOutput([numSegments, ...x!.shape.slice(ids.rank)], x!.dtype);
    const sums = backend.typedArrayFromHeap(output).fill(0);
    const rows = backend.typedArrayFromHeap(x!);
    const segments = backend.typedArrayFromHeap(ids);
    for (let row = 0; row < segments.length; row++) {
      const segment = segments[row]!;
      if (segment < 0 || segment >= numSegments) continue;
      for (let i = 0; i < width; i++) sums[segment * width + i]! += rows[row * width + i]!;
    }
    return output;
  });
}
