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
import { common, newPositions, union, without } from '../selection/index.js';
import { Candidates } from './candidates.js';
import type { SignalGate } from './signal-gate.js';
import type { View, ViewBudget } from './view.js';

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
  /** How many positions were active when the update began. */
  readonly nonZerosBefore: number;
  /** Candidates for regrowth, as the round defines them. */
  readonly candidates: Candidates;
  readonly #shape: LayerShape;
  readonly #engine: EngineLayer;
  readonly #gate: SignalGate;
  readonly #draw: (purpose: string) => RandomStream;
  readonly #views: ViewBudget;
  readonly #activeView: View<Positions> = { array: undefined };
  readonly #weightsView: View<Float32Array> = { array: undefined };
  /** Of `before`, those that were pruned and are active again. */
  #returned: Positions;
  /** Those that were pruned and not active before: an earlier round had grown them. */
  #passing: Positions;
  #grown: Positions;
  /** Of `before`, those that are not active in the plan. */
  #gone: Positions;
  /** Active in the plan, but not before. */
  #added: Positions;
  /** Positions whose values the plan sets, whether or not they are active still. */
  #fresh: Positions;
  #freshValues: Float32Array = new Float32Array(0);
  #draws = 0;

  constructor(
    shape: LayerShape,
    engine: EngineLayer,
    gate: SignalGate,
    draw: (purpose: string) => RandomStream,
    views: ViewBudget,
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
    this.nonZerosBefore = engine.active.length;
    this.#gate = gate;
    this.#draw = draw;
    this.#views = views;
    const none = newPositions(shape.size, 0);
    this.#returned = none;
    this.#passing = none;
    this.#grown = none;
    this.#gone = none;
    this.#added = none;
    this.#fresh = none;
    this.candidates = new Candidates(engine, shape.size, () => this.active);
  }

  get before(): Positions {
    return this.#engine.active;
  }

  get active(): Positions {
    return this.#activeView.array ?? this.#views.keep(this.#activeView, this.#deriveActive());
  }

  /** Positions that are active in the plan or were before. */
  get ever(): Positions {
    return union(this.before, this.#added);
  }

  get weights(): Float32Array {
    return this.#weightsView.array ?? this.#views.keep(this.#weightsView, this.#deriveWeights());
  }

  get pruned(): Positions {
    return union(union(this.#gone, this.#returned), this.#passing);
  }

  /** Positions regrown so far in this update, whether or not they were active when it began. */
  get grown(): Positions {
    return this.#grown;
  }

  /** Of `before`, those that are not active in the plan. */
  get gone(): Positions {
    return this.#gone;
  }

  /** Active in the plan, but not before. */
  get added(): Positions {
    return this.#added;
  }

  /** Of `before`, those that were pruned and are active in the plan again. */
  get returned(): Positions {
    return this.#returned;
  }

  /** How many positions are active in the plan. */
  get nonZeros(): number {
    return this.nonZerosBefore - this.#gone.length + this.#added.length;
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

  candidatesAmong(positions: Positions): Positions {
    return without(positions, this.candidates.excluded);
  }

  /** Takes away all active weights but those at some ascending indices of `active`. */
  keep(indices: Uint32Array): void {
    const from = this.active;
    const kept = newPositions(this.size, indices.length);
    const taken = newPositions(this.size, from.length - indices.length);
    let next = 0;
    for (let i = 0; i < indices.length; i++) {
      for (const index = indices[i]!; next < index; next++) taken[next - i] = from[next]!;
      kept[i] = from[next++]!;
    }
    taken.set(from.subarray(next), next - indices.length);
    const passing = common(taken, this.#added);
    this.#passing = union(this.#passing, passing);
    this.#returned = without(this.#returned, taken);
    this.#gone = union(this.#gone, without(taken, passing));
    this.#added = without(this.#added, passing);
    this.#change();
    this.#views.keep(this.#activeView, kept);
  }

  /**
   * Adds positions that are not active. Those that are `fresh`, as all that were not active before the update are, get
   * the values given, the others what they had before the update.
   * @param returning - those of them that were active before
   * @param added - the others
   */
  grow(
    positions: Positions,
    { returning, added }: { readonly returning: Positions; readonly added: Positions },
    fresh: Positions,
    values: Float32Array,
  ): void {
    this.#grown = union(this.#grown, positions);
    this.#added = union(this.#added, added);
    this.#gone = without(this.#gone, returning);
    this.#returned = union(this.#returned, returning);
    this.#change();
    if (this.#fresh.length === 0) {
      this.#fresh = fresh;
      this.#freshValues = values;
      return;
    }
    const old = without(this.#fresh, fresh);
    const all = union(old, fresh);
    const merged = new Float32Array(all.length);
    valuesInto(merged, all, old, this.freshValues(old));
    valuesInto(merged, all, fresh, values);
    this.#fresh = all;
    this.#freshValues = merged;
  }

  /** The values that the plan sets at some of the positions for which it sets one. */
  freshValues(positions: Positions): Float32Array {
    if (positions === this.#fresh) return this.#freshValues;
    const values = new Float32Array(positions.length);
    let i = 0;
    for (let k = 0; k < positions.length; k++) {
      while (this.#fresh[i]! < positions[k]!) i++;
      values[k] = this.#freshValues[i]!;
    }
    return values;
  }

  #change(): void {
    this.#activeView.array = undefined;
    this.#weightsView.array = undefined;
    this.candidates.exclude(() => this.active);
  }

  #deriveActive(): Positions {
    const { before } = this;
    if (this.#gone.length === 0 && this.#added.length === 0) return before;
    const active = newPositions(this.size, before.length - this.#gone.length + this.#added.length);
    let b = 0;
    let gone = 0;
    let added = 0;
    for (let i = 0; i < active.length; i++) {
      while (gone < this.#gone.length && before[b] === this.#gone[gone]) {
        b++;
        gone++;
      }
      const isAdded = added < this.#added.length && (b === before.length || this.#added[added]! < before[b]!);
      active[i] = isAdded ? this.#added[added++]! : before[b++]!;
    }
    return active;
  }

  #deriveWeights(): Float32Array {
    const { before } = this;
    const weightsBefore = this.#engine.weights();
    if (this.#gone.length === 0 && this.#fresh.length === 0) return weightsBefore;
    const { active } = this;
    const weights = new Float32Array(active.length);
    let past = 0;
    let fresh = 0;
    for (let i = 0; i < active.length; i++) {
      const position = active[i]!;
      while (fresh < this.#fresh.length && this.#fresh[fresh]! < position) fresh++;
      if (fresh < this.#fresh.length && this.#fresh[fresh] === position) {
        weights[i] = this.#freshValues[fresh]!;
      } else {
        while (before[past]! < position) past++;
        weights[i] = weightsBefore[past]!;
      }
    }
    return weights;
  }
}

/** Writes values to where their positions stand among all. */
function valuesInto(target: Float32Array, all: Positions, positions: Positions, values: Float32Array): void {
  let i = 0;
  for (let k = 0; k < positions.length; k++) {
    while (all[i]! < positions[k]!) i++;
    target[i] = values[k]!;
  }
}
