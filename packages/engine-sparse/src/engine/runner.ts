import { sizeOf } from '@espalier/architectures';
import type { Batch, Loss, RandomStream } from '@espalier/core';
import { Buffer } from '../memory/buffer.js';
import { COMMANDS, CONTROL } from '../memory/control.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { SparseNetwork } from '../network/sparse-network.js';
import type { HeldBatches } from '../signals/held-batches.js';
import type { Team } from '../threads/team.js';
import { workOf } from '../threads/work.js';

const LOSS_KINDS: Readonly<Record<Loss, number>> = {
  'cross-entropy': 0,
  'mean-squared-error': 1,
  'output-sum': 2,
};

/** Sums over one batch. */
export interface BatchSums {
  readonly loss: number;
  readonly correct: number;
}

/** How a batch is taken through the network and back. */
export interface TrainingPass {
  readonly learningRate: number;
  readonly updates: boolean;
  /**
   * Whether activations and deltas are held: in place of those held before, besides them, or in place of them and not
   * for the gradient signal.
   */
  readonly holds: 'no' | 'anew' | 'besides' | 'apart';
  dropout(node: string): RandomStream;
  /**
   * Called when all gradients are made and nothing has changed yet: whether what it makes of them is finite. Nothing
   * changes where it is not.
   */
  readonly beforeUpdate?: () => boolean;
}

// What a tile holds should stay in cache; a network so wide that it can not is best served by narrow tiles.
const TILE_BYTES = 2 ** 22;

// Windows go through images once for every gradient: a tile of images should stay in a core's own cache, and is best
// served by the narrowest tiles where it can not.
const IMAGES_BYTES = 2 ** 20;

// Predictions are read from the tiles, so all tiles of a chunk are held; memory must not grow with the examples.
const CHUNK_BYTES = 2 ** 24;

/** How a batch was cut. */
interface Placed {
  readonly tiles: number;
  /** Examples per tile. */
  readonly lanes: number;
  /** How many take part. */
  readonly threads: number;
}

/** Runs batches on the kernels. */
export class Runner {
  readonly #network: SparseNetwork;
  readonly #loss: Loss;
  readonly #shared: SharedMemory;
  readonly #team: Team;
  readonly #held: HeldBatches;
  readonly #inputs: Buffer;
  readonly #answers: Buffer;
  readonly #sums: Buffer;
  readonly #arenas: Buffer;

  constructor(network: SparseNetwork, loss: Loss, shared: SharedMemory, team: Team, held: HeldBatches) {
    this.#network = network;
    this.#loss = loss;
    this.#shared = shared;
    this.#team = team;
    this.#held = held;
    this.#inputs = new Buffer(shared, 'the inputs of a batch');
    this.#answers = new Buffer(shared, 'the answers of a batch');
    this.#sums = new Buffer(shared, 'the losses of a batch');
    this.#arenas = new Buffer(shared, 'activations');
    const { plan, program } = network;
    const set = (at: number, value: number) => shared.setWord(at, value);
    set(CONTROL.forward, program.forward);
    set(CONTROL.forwardCount, program.forwardCount);
    set(CONTROL.backward, program.backward);
    set(CONTROL.backwardCount, program.backwardCount);
    set(CONTROL.arenaFeatures, plan.features);
    set(CONTROL.inputFeatures, plan.input.features);
    set(CONTROL.normalises, network.norms.length > 0 ? 1 : 0);
    set(CONTROL.shares, network.shares ? 1 : 0);
    set(CONTROL.lossKind, LOSS_KINDS[loss]);
    set(CONTROL.lossValue, plan.output.offset);
    set(CONTROL.lossDelta, plan.output.delta);
    set(CONTROL.lossFeatures, sizeOf(plan.shaped.outputShape));
  }

  /** Index of the parameter whose gradient was not finite in the last training pass; -1 where none was. */
  get brokenParameter(): number {
    const bad = this.#shared.word(CONTROL.bad) | 0;
    return bad > 0 ? bad - 1 : -1;
  }

  /** One training batch. Weights do not change where loss or gradient is not finite. */
  train(batch: Batch, pass: TrainingPass): BatchSums & { readonly finite: boolean } {
    const { masks, program } = this.#network;
    for (const mask of masks) mask.draw(pass.dropout(mask.node), batch.size);
    if (masks.length > 0) program.refresh();
    const { tiles, lanes, threads } = this.#place(batch);
    const holds = pass.holds !== 'no';
    if (!holds) {
      this.#held.drop();
      this.#shared.setWord(CONTROL.arenas, this.#arenasAt(this.#arenasFor(tiles), lanes));
    } else {
      this.#arenas.release();
      const round = this.#held.begin({
        ...{ tiles, lanes, examples: batch.size },
        adds: pass.holds === 'besides',
        forGradient: pass.holds !== 'apart',
      });
      this.#shared.setWord(CONTROL.arenas, round.address);
    }
    this.#shared.setWord(CONTROL.holds, holds ? 1 : 0);
    this.#shared.setWord(CONTROL.training, 1);
    const { updates, beforeUpdate } = pass;
    this.#shared.setWord(CONTROL.updates, updates && beforeUpdate === undefined ? 1 : 0);
    this.#shared.setWord(CONTROL.bad, 0);
    this.#shared.setFloat(CONTROL.learningRate, pass.learningRate);
    this.#team.run(COMMANDS.train, threads);
    const finite = this.#shared.word(CONTROL.bad) === 0 && (beforeUpdate?.() ?? true);
    if (finite && updates && beforeUpdate !== undefined) this.#team.run(COMMANDS.optimize, threads);
    if (finite) for (const norm of this.#network.norms) norm.settle();
    return { ...this.#collect(tiles), finite };
  }

  /** One batch forward, without dropout. */
  evaluate(batch: Batch): BatchSums {
    const { tiles, lanes, threads } = this.#place(batch);
    this.#shared.setWord(CONTROL.arenas, this.#arenasAt(this.#arenasFor(tiles), lanes));
    this.#shared.setWord(CONTROL.holds, 0);
    this.#shared.setWord(CONTROL.training, 0);
    this.#team.run(COMMANDS.evaluate, threads);
    return this.#collect(tiles);
  }

  /**
   * The network's outputs, without dropout.
   * @param inputs - shape [size, ...inputShape], checked
   * @returns shape [size, outputs]
   */
  predict(inputs: Float32Array, size: number): Float32Array {
    const { input, shaped, output, features } = this.#network.plan;
    const outputs = sizeOf(shaped.outputShape);
    const predicted = new Float32Array(size * outputs);
    const chunk = Math.max(32 * this.#team.threads, Math.floor(CHUNK_BYTES / (4 * features)));
    for (let from = 0; from < size; from += chunk) {
      const count = Math.min(chunk, size - from);
      const { arenas, lanes } = this.#hold({
        size: count,
        inputs: inputs.subarray(from * input.features, (from + count) * input.features),
        // The kernels take a loss in any case.
        labels: new Uint8Array(count),
        targets: new Float32Array(count * outputs),
      });
      for (let example = 0; example < count; example++) {
        const tile = Math.floor(example / lanes);
        const first = (tile * features + output.offset) * lanes + (example % lanes);
        const to = (from + example) * outputs;
        for (let o = 0; o < outputs; o++) predicted[to + o] = arenas[first + o * lanes]!;
      }
    }
    return predicted;
  }

  /**
   * The first node, in order of evaluation, that gives a value which is not finite.
   * @param batch - taken through the network once more
   */
  firstNotFinite(batch: Batch): string | undefined {
    const { input, stages, features } = this.#network.plan;
    const { arenas, tiles, lanes } = this.#hold(batch);
    const values = [input, ...stages.map(({ output }) => output)];
    return values.find(({ offset, features: own }) => {
      for (let tile = 0; tile < tiles; tile++) {
        const from = (tile * features + offset) * lanes;
        if (!arenas.subarray(from, from + own * lanes).every(Number.isFinite)) return true;
      }
      return false;
    })?.node;
  }

  /** One batch forward, without dropout, every tile of it held: f32 [tiles, features, lanes]. */
  #hold(batch: Batch) {
    const { features } = this.#network.plan;
    const { tiles, lanes, threads } = this.#place(batch);
    const address = this.#arenasAt(tiles, lanes);
    this.#shared.setWord(CONTROL.arenas, address);
    this.#shared.setWord(CONTROL.holds, 1);
    this.#shared.setWord(CONTROL.training, 0);
    this.#team.run(COMMANDS.evaluate, threads);
    return { arenas: this.#shared.floatsAt(address, tiles * features * lanes), tiles, lanes };
  }

  /** Puts a batch where the kernels find it, cut into tiles. */
  #place({ size, inputs, labels, targets }: Batch): Placed {
    const threads = this.#team.threadsFor(size * workOf(this.#network.plan.shaped, this.#network.products));
    const lanes = this.#lanesFor(size, threads);
    const tiles = Math.ceil(size / lanes);
    const shared = this.#shared;
    const inputsAt = this.#inputs.reserve(inputs.byteLength);
    const answers = (this.#loss === 'cross-entropy' ? labels : targets) ?? [];
    const answersAt = this.#answers.reserve(answers.length * 4);
    const sumsAt = this.#sums.reserve(tiles * 16);
    shared.floatsAt(inputsAt, inputs.length).set(inputs);
    if (this.#loss === 'cross-entropy') shared.wordsAt(answersAt, answers.length).set(answers);
    else shared.floatsAt(answersAt, answers.length).set(answers);
    shared.setWord(CONTROL.lanes, lanes);
    shared.setWord(CONTROL.tiles, tiles);
    shared.setWord(CONTROL.examples, size);
    shared.setWord(CONTROL.inputs, inputsAt);
    shared.setWord(CONTROL.answers, answersAt);
    shared.setWord(CONTROL.lossSums, sumsAt);
    shared.setWord(CONTROL.correct, sumsAt + tiles * 8);
    return { tiles, lanes, threads };
  }

  /** Room for the values of so many tiles: where a batch was held, as long as none is. */
  #arenasAt(tiles: number, lanes: number): number {
    const bytes = tiles * this.#network.plan.features * lanes * 4;
    const spare = this.#held.spareOf(bytes);
    if (spare === undefined) return this.#arenas.reserve(bytes);
    this.#arenas.release();
    return spare;
  }

  /** How many tiles' values are there at a time. */
  #arenasFor(tiles: number): number {
    const { threads } = this.#team;
    if (this.#network.shares) return 1;
    return this.#network.norms.length > 0 ? Math.max(tiles, threads) : threads;
  }

  /** The widest tile that is more than half full, gives every thread one, and whose values fit in cache. */
  #lanesFor(examples: number, threads: number): number {
    const { convolves, leastLanes: least, plan } = this.#network;
    const most = convolves ? IMAGES_BYTES : TILE_BYTES;
    return (
      [32, 16, 8].find(
        (lanes) =>
          lanes > least &&
          examples > lanes / 2 &&
          Math.ceil(examples / lanes) >= Math.min(threads, Math.ceil(examples / least)) &&
          plan.features * lanes * 4 <= most,
      ) ?? least
    );
  }

  #collect(tiles: number): BatchSums {
    const at = this.#sums.reserve(tiles * 16);
    const losses = new Float64Array(this.#shared.memory.buffer, at, tiles);
    const correct = this.#shared.wordsAt(at + tiles * 8, tiles);
    return { loss: losses.reduce((a, b) => a + b, 0), correct: correct.reduce((a, b) => a + b, 0) };
  }
}
