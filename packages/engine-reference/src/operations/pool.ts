import type { Operation } from './operation.js';
import type { SlidingPixels } from './pixels.js';

/** Maximum over the window; of equal values the first one, row-major, gets the gradient. */
export function maxPool({ cells, inputPixels, outputPixels }: SlidingPixels, channels: number): Operation {
  return ([x], { examples }) => {
    const input = x!;
    const output = new Float64Array(examples * outputPixels * channels).fill(Number.NEGATIVE_INFINITY);
    const winner = new Uint32Array(output.length);
    for (const { from, to } of cells) {
      for (let n = 0; n < examples; n++) {
        for (let k = 0; k < from.length; k++) {
          for (let channel = 0; channel < channels; channel++) {
            const source = (n * inputPixels + from[k]!) * channels + channel;
            const target = (n * outputPixels + to[k]!) * channels + channel;
            const value = input[source]!;
            // A NaN must not be passed over in silence.
            if (value > output[target]! || Number.isNaN(value)) {
              output[target] = value;
              winner[target] = source;
            }
          }
        }
      }
    }
    return {
      output,
      backward(upstream) {
        const gradient = new Float64Array(input.length);
        for (let i = 0; i < upstream.length; i++) gradient[winner[i]!]! += upstream[i]!;
        return [gradient];
      },
    };
  };
}

/** Mean over the part of the window that lies on the image. */
export function averagePool(
  { cells, inputPixels, outputPixels }: SlidingPixels,
  channels: number,
): Operation {
  const seen = new Float64Array(outputPixels);
  for (const { to } of cells) for (const pixel of to) seen[pixel]!++;

  return ([x], { examples }) => {
    const input = x!;
    const output = new Float64Array(examples * outputPixels * channels);
    const carry = (visit: (source: number, target: number, share: number) => void) => {
      for (const { from, to } of cells) {
        for (let n = 0; n < examples; n++) {
          for (let k = 0; k < from.length; k++) {
            const source = (n * inputPixels + from[k]!) * channels;
            const target = (n * outputPixels + to[k]!) * channels;
            const share = 1 / seen[to[k]!]!;
            for (let c = 0; c < channels; c++) visit(source + c, target + c, share);
          }
        }
      }
    };
    carry((source, target, share) => {
      output[target]! += share * input[source]!;
    });
    return {
      output,
      backward(upstream) {
        const gradient = new Float64Array(input.length);
        carry((source, target, share) => {
          gradient[source]! += share * upstream[target]!;
        });
        return [gradient];
      },
    };
  };
}
