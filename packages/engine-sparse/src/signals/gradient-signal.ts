import {
  EspalierError,
  newPositions,
  type Positions,
  type Proposal,
  selectLargest,
  strongestOf,
} from '@espalier/core/engine';
import { COMMANDS } from '../memory/control.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { LinearLayer } from '../network/linear-layer.js';
import { lowerBound } from '../parameters/indices.js';
import type { Team } from '../threads/team.js';
import type { HeldBatches, Round } from './held-batches.js';
import { type Place, placesFrom, placesOf } from './places.js';
import { type Arguments, runSignal } from './run-signal.js';
import { guessBound, SAMPLE_BYTES, sampleStep } from './sample.js';
import { shortsFor } from './shorts.js';

/** Positions that are sampled at a time. */
const BLOCK = 65536;
/** So much of the gradient a scan holds at a time, or four rows for each thread where that is more. */
const SCAN_BYTES = 2 ** 20;
const HISTOGRAM_BYTES = 8192;
const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** How much of the dense gradient a selection computed. */
export interface Screening {
  /** Blocks of 4 x 8 positions. */
  readonly blocks: number;
  /** Those that the bound |g_ij| <= |x_i| |d_j| showed to be too small. */
  readonly passedOver: number;
}

type Visit = (first: number, values: Float32Array) => void;

/** The gradient by a layer's weights at any position, made from held batches when it is asked for; never whole. */
export class GradientSignal {
  /** Of the last selection. */
  screening: Screening = { blocks: 0, passedOver: 0 };
  readonly #layer: LinearLayer;
  readonly #held: HeldBatches;
  readonly #shared: SharedMemory;
  readonly #team: Team;

  constructor(layer: LinearLayer, held: HeldBatches, shared: SharedMemory, team: Team) {
    this.#layer = layer;
    this.#held = held;
    this.#shared = shared;
    this.#team = team;
  }

  /** Whether the last step was asked for it. */
  get isHeld(): boolean {
    return this.#held.rounds.length > 0;
  }

  /** At some positions, in O(positions x examples). */
  at(positions: Positions): Float32Array {
    return this.#at(positions, this.#held.rounds);
  }

  /** The gradient of the last batch alone at some positions, whether or not it is the signal. */
  latestAt(positions: Positions): Float32Array {
    return this.#at(positions, [this.#held.latest!]);
  }

  #at(positions: Positions, rounds: readonly Round[]): Float32Array {
    const values = new Float32Array(positions.length);
    for (let from = 0; from < positions.length; from += BLOCK) {
      const block = positions.subarray(from, from + BLOCK);
      values.set(this.#sample(block.length, rounds, placesOf(this.#layer.kernel.geometry, block)), from);
    }
    return values;
  }

  /** At every position, block by block. */
  scan(visit: Visit): void {
    this.#scan(visit, this.#held.rounds);
  }

  /** The gradient of the last batch alone, whether or not it is the signal. */
  scanLatest(visit: Visit): void {
    this.#scan(visit, [this.#held.latest!]);
  }

  #scan(visit: Visit, rounds: readonly Round[]): void {
    const { units, perRow } = this.#layer.kernel.geometry;
    if (perRow === units) this.#scanPanels(visit, rounds);
    else this.#scanSamples(visit, rounds);
  }

  /** All threads multiply rows by the units, which are packed once. */
  #scanPanels(visit: Visit, rounds: readonly Round[]): void {
    const { kernel } = this.#layer;
    const { rows, units } = kernel.geometry;
    const { threads } = this.#team;
    const quad = 4 * threads;
    const height = Math.min(rows, Math.max(1, Math.floor(SCAN_BYTES / (4 * units * quad))) * quad);
    const panels = this.#panels(rounds, 0, false);
    const target = 4 * height * units;
    this.#taking({ ...panels.bytes, target }, (taken) => {
      const given = { ...taken, ...panels.words };
      this.#run(COMMANDS.pack, given, rounds);
      for (let firstRow = 0; firstRow < rows; firstRow += height) {
        const lastRow = Math.min(rows, firstRow + height);
        this.#run(COMMANDS.scan, { ...given, firstRow, lastRow }, rounds);
        const count = (lastRow - firstRow) * units;
        visit(firstRow * units, this.#shared.floatsAt(taken.target, count).slice());
      }
    });
  }

  /** Grouped kernels are small: their gradient is sampled block by block. */
  #scanSamples(visit: Visit, rounds: readonly Round[]): void {
    const { geometry } = this.#layer.kernel;
    const { size } = geometry;
    for (let first = 0; first < size; first += BLOCK) {
      visit(first, this.#sample(Math.min(BLOCK, size - first), rounds, placesFrom(geometry, first)));
    }
  }

  /**
   * What panels of the dense gradient are made in, and by.
   * @param extra - bytes that each thread needs besides
   * @param screens - whether products may be screened in 16 bits
   */
  #panels(rounds: readonly Round[], extra: number, screens: boolean) {
    const { kernel, pixels } = this.#layer;
    const { rows, units } = kernel.geometry;
    const blocks = Math.ceil(units / 8);
    const depth = rounds.reduce((sum, { tiles, lanes }) => sum + tiles * lanes * pixels, 0);
    const shorts = screens ? shortsFor(depth) : undefined;
    // Four rows in 16 bits with their scales and errors, and lists of what may be strong in them.
    const screening = shorts === undefined ? 0 : depth * 8 + 48 + blocks * 128;
    const workStride = depth * 16 + blocks * 128 + extra + screening;
    return {
      words: { places: kernel.places, units, depth, rows, workStride, ...shorts },
      bytes: {
        ...{ right: blocks * depth * 32, norms: blocks * 4, work: this.#team.threads * workStride },
        ...(shorts && { shorts: blocks * depth * 16, scales: blocks * 64 }),
      },
    };
  }

  /** Takes pieces of memory, and gives them back when they have been used. */
  #taking<Pieces extends { readonly [name: string]: number }, Result>(
    bytes: Pieces,
    use: (addresses: Pieces) => Result,
  ): Result {
    const { heap } = this.#shared;
    const taken: Record<string, number> = {};
    try {
      for (const [name, size] of Object.entries(bytes)) {
        taken[name] = heap.take(size, `the gradient of ${this.#layer.kernel.name}`);
      }
      return use(taken as Pieces);
    } finally {
      for (const address of Object.values(taken)) heap.give(address);
    }
  }

  /**
   * The strongest outside of `excluded`, see EngineLayer.strongest.
   * @throws EspalierError ESPALIER_ENGINE_REFUSES for layers of 2^32 positions and more
   */
  strongest(limit: number, excluded: Positions, atLeast: number): Proposal {
    const { kernel } = this.#layer;
    const { size, units, perRow } = kernel.geometry;
    if (size > 2 ** 32) {
      throw new EspalierError(
        'ESPALIER_ENGINE_REFUSES',
        `Finding the strongest gradients of ${kernel.name} means computing all ${size} of them at every update, more ` +
          'than the 4294967296 that the sparse engine looks through. Regrow at random, or by signals at given positions.',
      );
    }
    const most = Math.min(limit, size - excluded.length);
    if (most <= 0) return { positions: newPositions(size, 0), scores: new Float32Array(0) };
    return perRow === units ? this.#stream(most, excluded, atLeast) : this.#choose(most, excluded, atLeast);
  }

  /** @param place - writes the feature and the unit of each position */
  #sample(count: number, held: readonly Round[], place: Place): Float32Array {
    const { heap } = this.#shared;
    const base = heap.take(count * 12 + 192, 'sampled gradients');
    const [sampleFeatures, sampleUnits, sampleOut] = [0, 1, 2].map((i) => base + i * count * 4);
    place(this.#shared.wordsAt(sampleFeatures!, count), this.#shared.wordsAt(sampleUnits!, count));
    try {
      const samples = { samples: count, sampleFeatures: sampleFeatures!, sampleUnits: sampleUnits! };
      this.#run(COMMANDS.sample, { ...samples, sampleOut: sampleOut! }, held);
      return this.#shared.floatsAt(sampleOut!, count).slice();
    } finally {
      heap.give(base);
    }
  }

  /**
   * All threads stream rows of the gradient through a threshold: one that a sample of rows suggests, where there are
   * many. Should too few reach it, they stream once more.
   */
  #stream(limit: number, excluded: Positions, atLeast: number): Proposal {
    const { size, rows, units } = this.#layer.kernel.geometry;
    const { threads } = this.#team;
    const capacity = limit + Math.max(limit, 4096) + units;
    const panels = this.#panels(this.#held.rounds, HISTOGRAM_BYTES, true);
    const bytes = {
      ...panels.bytes,
      candidates: threads * capacity * 8,
      counts: threads * 12,
      excluded: excluded.length * 4,
      histograms: threads * SAMPLE_BYTES,
    };
    const step = sampleStep(rows, size - excluded.length, limit);
    return this.#taking(bytes, (taken) => {
      this.#shared.wordsAt(taken.excluded, excluded.length).set(excluded);
      const counted = { excludedCount: excluded.length, limit, capacity, step: step ?? 0 };
      const given = { ...taken, ...panels.words, ...counted };
      const asked = bitsOfAtLeast(atLeast);
      let guess = 0;
      if (step !== undefined) {
        this.#run(COMMANDS.count, given);
        const histograms = this.#shared.wordsAt(taken.histograms, (threads * SAMPLE_BYTES) / 4);
        guess = guessBound(histograms, limit, Math.ceil(rows / step) / rows);
      }
      this.#run(COMMANDS.strongest, { ...given, least: Math.max(asked, guess) });
      if (guess > asked && this.#found(taken.counts) < limit) {
        this.#run(COMMANDS.strongest, { ...given, least: asked });
      }
      return this.#merge(taken.counts, taken.candidates, capacity, limit, size);
    });
  }

  /** Candidates of all threads. */
  #found(counts: number): number {
    const found = this.#shared.wordsAt(counts, this.#team.threads * 3);
    let total = 0;
    for (let i = 0; i < found.length; i += 3) total += found[i]!;
    return total;
  }

  /** The threads' candidates, which are in the order of positions as threads have ascending rows. */
  #merge(counts: number, candidates: number, capacity: number, limit: number, size: number): Proposal {
    const found = this.#shared.wordsAt(counts, this.#team.threads * 3);
    const total = this.#found(counts);
    let blocks = 0;
    let passedOver = 0;
    for (let i = 0; i < found.length; i += 3) {
      blocks += found[i + 1]!;
      passedOver += found[i + 2]!;
    }
    this.screening = { blocks, passedOver };
    const positions = newPositions(size, total);
    const scores = new Float32Array(total);
    let filled = 0;
    for (let thread = 0; thread < this.#team.threads; thread++) {
      const count = found[thread * 3]!;
      const at = candidates + thread * capacity * 8;
      positions.set(this.#shared.wordsAt(at, count), filled);
      scores.set(this.#shared.floatsAt(at + capacity * 4, count), filled);
      filled += count;
    }
    return best(positions, scores, limit, size);
  }

  /** Grouped kernels are small: their gradient is sampled block by block. */
  #choose(limit: number, excluded: Positions, atLeast: number): Proposal {
    const { size } = this.#layer.kernel;
    let positions = newPositions(size, 0);
    let scores = new Float32Array(0);
    this.scan((first, values) => {
      const from = lowerBound(excluded, first);
      const to = lowerBound(excluded, first + values.length, from);
      const inside = excluded.slice(from, to).map((position) => position - first) as Positions;
      const found = strongestOf(values, limit, inside, atLeast);
      const all = newPositions(size, positions.length + found.positions.length);
      all.set(positions);
      found.positions.forEach((position, i) => {
        all[positions.length + i] = first + position;
      });
      const merged = best(all, Float32Array.from([...scores, ...found.scores]), limit, size);
      positions = merged.positions;
      scores = merged.scores as Float32Array<ArrayBuffer>;
    });
    return { positions, scores };
  }

  #run(command: number, given: Arguments, held = this.#held.rounds): void {
    runSignal(command, given, { layer: this.#layer, held, shared: this.#shared, team: this.#team });
  }
}

function best(positions: Positions, scores: Float32Array, limit: number, size: number): Proposal {
  if (scores.length <= limit) return { positions, scores };
  const chosen = selectLargest(scores, limit);
  const places = newPositions(size, chosen.length);
  const values = new Float32Array(chosen.length);
  chosen.forEach((index, i) => {
    places[i] = positions[index]!;
    values[i] = scores[index]!;
  });
  return { positions: places, scores: values };
}

/** The bits of the smallest float32 that is not below a bound. */
function bitsOfAtLeast(bound: number): number {
  if (!(bound > 0)) return 0;
  float[0] = bound;
  return float[0]! < bound ? floatBits[0]! + 1 : floatBits[0]!;
}
