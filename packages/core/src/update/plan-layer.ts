import type {
  EngineLayer,
  Factors,
  LayerKind,
  LayerShape,
  LayerView,
  Positions,
  Proposal,
  RandomStream,
  Signal,
} from '../contract.js';
import { sampleOutside } from '../random/index.js';
import { newPositions, union } from '../selection/index.js';
import { Candidates } from './candidates.js';
import type { SignalGate } from './signal-gate.js';

/** One layer of a plan in the making, and the window that strategies see it through. */
export class PlanLayer implements LayerView {
  readonly index: number;
  readonly name: string;
  readonly kind: LayerKind;
  readonly shape: readonly number[];
  readonly size: number;
  readonly inputs: number;
  readonly units: number;
  readonly groups: number;
  readonly kernel: readonly number[];
  readonly fanIn: number;
  readonly fanOut: number;
  readonly outputPositions: number;
  readonly sources?: readonly string[];
  readonly before: Positions;
  /** Candidates for regrowth, as the round defines them. */
  readonly candidates: Candidates;
  readonly #shape: LayerShape;
  readonly #engine: EngineLayer;
  readonly #gate: SignalGate;
  readonly #draw: (purpose: string) => RandomStream;
  #active: Positions;
  #weights: Float32Array;
  readonly #weightsBefore: Float32Array;
  #pruned: Positions;
  #grown: Positions;
  #draws = 0;

  constructor(
    shape: LayerShape,
    engine: EngineLayer,
    gate: SignalGate,
    draw: (purpose: string) => RandomStream,
  ) {
    this.index = shape.index;
    this.name = shape.name;
    this.kind = shape.kind;
    this.shape = shape.shape;
    this.size = shape.size;
    this.inputs = shape.inputs;
    this.units = shape.units;
    this.groups = shape.groups;
    this.kernel = shape.kernel;
    this.fanIn = shape.fanIn;
    this.fanOut = shape.fanOut;
    this.outputPositions = shape.outputPositions;
    if (shape.sources !== undefined) this.sources = shape.sources;
    this.#shape = shape;
    this.#engine = engine;
    this.#gate = gate;
    this.#draw = draw;
    this.before = engine.active;
    this.#active = engine.active;
    this.#weights = engine.weights();
    this.#weightsBefore = this.#weights;
    this.#pruned = newPositions(shape.size, 0);
    this.#grown = newPositions(shape.size, 0);
    this.candidates = new Candidates(engine, shape.size, engine.active);
  }

  get active(): Positions {
    return this.#active;
  }

  get weights(): Float32Array {
    return this.#weights;
  }

  get pruned(): Positions {
    return this.#pruned;
  }

  /** Positions regrown so far in this update, whether or not they were active when it began. */
  get grown(): Positions {
    return this.#grown;
  }

  unitOf(position: number): number {
    return this.#shape.unitOf(position);
  }

  inputOf(position: number): number {
    return this.#shape.inputOf(position);
  }

  signal(name: Signal, positions: Positions): Float32Array {
    this.#gate.check(name);
    return this.#engine.signal(name, positions);
  }

  strongest(name: Signal, limit: number, options?: { readonly atLeast?: number }): Proposal {
    this.#gate.check(name);
    return this.candidates.strongest(name, limit, options?.atLeast ?? 0);
  }

  scan(name: Signal, visit: (first: number, values: Float32Array) => void): void {
    this.#gate.check(name);
    this.#engine.scan(name, visit);
  }

  factors(sign?: (example: number) => 1 | -1): Factors {
    this.#gate.check('factors');
    if (this.#engine.factors === undefined) {
      throw new TypeError(`The engine of layer "${this.name}" lists the signal "factors" and has none.`);
    }
    return this.#engine.factors(sign);
  }

  sample(limit: number): Proposal {
    const random = this.#draw(`sample/${this.#draws++}`);
    const positions = sampleOutside(this.size, this.candidates.excluded, limit, random);
    return { positions, scores: new Float32Array(positions.length) };
  }

  /** Takes away all active weights but those at some ascending indices of `active`. */
  keep(indices: Uint32Array): void {
    const from = this.#active;
    const kept = newPositions(this.size, indices.length);
    const weights = new Float32Array(indices.length);
    const taken = newPositions(this.size, from.length - indices.length);
    let t = 0;
    let next = 0;
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      while (next < index) taken[t++] = from[next++]!;
      kept[i] = from[index]!;
      weights[i] = this.#weights[index]!;
      next = index + 1;
    }
    while (next < from.length) taken[t++] = from[next++]!;
    this.#pruned = union(this.#pruned, taken);
    this.#active = kept;
    this.#weights = weights;
  }

  /**
   * Adds positions. Those that are `fresh` get the values given, the others what they had before the update.
   */
  grow(positions: Positions, fresh: Positions, values: Float32Array): void {
    this.#grown = union(this.#grown, positions);
    const grown = union(this.#active, positions);
    const weights = new Float32Array(grown.length);
    let old = 0;
    let added = 0;
    let past = 0;
    for (let i = 0; i < grown.length; i++) {
      const position = grown[i]!;
      if (old < this.#active.length && this.#active[old] === position) {
        weights[i] = this.#weights[old++]!;
      } else if (added < fresh.length && fresh[added] === position) {
        weights[i] = values[added++]!;
      } else {
        while (this.before[past]! < position) past++;
        weights[i] = this.#weightsBefore[past]!;
      }
    }
    this.#active = grown;
    this.#weights = weights;
  }
}
