import { describeLayer, type Factors } from '@espalier/core/engine';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { LinearLayer } from '../network/linear-layer.js';
import type { HeldBatches } from './held-batches.js';

/** Sums of the values of one feature of a layer over a batch. */
type Sum = (feature: number) => number;

/** How strongly the rows of a kernel and the units took part in the last batch, made when it is asked for. */
export class FactorSignal {
  readonly #layer: LinearLayer;
  readonly #held: HeldBatches;
  readonly #shared: SharedMemory;

  constructor(layer: LinearLayer, held: HeldBatches, shared: SharedMemory) {
    this.#layer = layer;
    this.#held = held;
    this.#shared = shared;
  }

  /** See `LayerView.factors`; in O((rows + units) x output positions x examples), beside memory for rows and units. */
  read(sign: ((example: number) => 1 | -1) | undefined): Factors {
    const { kernel, source, output, pixels, inPixels, outPixels } = this.#layer;
    const { inputs, units } = describeLayer(kernel.layer, 0);
    const { rows: count, places } = kernel.geometry;
    const sum = this.#sums(sign);
    const froms = this.#shared.wordsAt(inPixels, pixels);
    const tos = this.#shared.wordsAt(outPixels, pixels);
    const rows = new Float32Array(count);
    for (let row = 0; row < count; row++) {
      // Rows of grouped kernels are in another order; the window's first channel is the same.
      const channel = row % inputs;
      const place = places === undefined ? row : places[row - channel]! + channel;
      rows[row] = over(froms, source.offset + place, sum);
    }
    const columns = new Float32Array(units);
    for (let unit = 0; unit < units; unit++) columns[unit] = over(tos, output.delta + unit, sum);
    return { rows, units: columns };
  }

  /** Reads the values of a feature over all examples; without signs their sizes. */
  #sums(sign: ((example: number) => 1 | -1) | undefined): (feature: number) => number {
    const { address, bytes, tiles, lanes, examples } = this.#held.latest!;
    const values = this.#shared.floatsAt(address, bytes / 4);
    const features = values.length / (tiles * lanes);
    const signs = sign && Int8Array.from({ length: examples }, (_, example) => sign(example));
    return (feature) => {
      let sum = 0;
      for (let example = 0; example < examples; example++) {
        const tile = Math.floor(example / lanes);
        const value = values[(tile * features + feature) * lanes + (example % lanes)]!;
        sum += signs === undefined ? Math.abs(value) : signs[example]! * value;
      }
      return sum;
    };
  }
}

function over(pixels: Uint32Array, feature: number, sum: Sum): number {
  let total = 0;
  for (let p = 0; p < pixels.length; p++) total += sum(pixels[p]! + feature);
  return Math.abs(total);
}
