import type { Clock } from './clock.js';
import type { Batch } from './data.js';
import type { LatentOptions } from './engine.js';
import type { LayerShape, LayerView, MutableLayerView } from './layers.js';
import type { Positions, Proposal, Scores, Signal } from './positions.js';
import type { RandomStream } from './random.js';

/** A value that survives JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a strategy may remember across updates: JSON whose leaves may also be typed arrays. */
export type StrategyState =
  | Json
  | Uint8Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | readonly StrategyState[]
  | { readonly [key: string]: StrategyState };

/** What every strategy may use while it is called. */
export interface StrategyContext {
  /**
   * The only source of randomness: a stream keyed by the seed, the purpose, the layer and the step.
   * @param purpose - a name of your own choice; the same purpose gives the same numbers within a step
   * @param layer - pass it whenever the numbers belong to one layer
   */
  random(purpose: string, layer?: LayerShape): RandomStream;
  /** Tells the user something: becomes a `warning` event. */
  report(kind: string, facts: Readonly<Record<string, Json>>): void;
}

/** The context of allocation and placement, before the first step. */
export interface StartContext extends StrategyContext {
  /** The target density of the layers that are allocated, in (0, 1]. */
  readonly density: number;
  /** The layers that are not kept dense, in the network's order. */
  readonly layers: readonly LayerShape[];
  /** Weights and gradients of the dense network before training. */
  readonly oracle: StartOracle;
}

/** What a gradient of {@link StartOracle.gradients} is taken of, and where. */
export interface OracleRequest {
  /** One value per position of each sparse layer, in their order. Default the starting weights. */
  readonly weights?: readonly Float32Array[];
  /**
   * - `loss` (default): the training loss on training batches
   * - `outputs`: the sum of all outputs for one example of ones, with normalisation as in evaluation at the start
   *   (the identity) and without dropout
   */
  readonly of?: 'loss' | 'outputs';
  /** With `loss`: how many training batches are averaged over. Default 1. */
  readonly batches?: number;
  /** With `loss`: index of the first of these batches. Default 0. */
  readonly firstBatch?: number;
}

/** The dense network before training, for scores at the start. */
export interface StartOracle {
  /**
   * One value per position, as the recipe's weight initialiser gives them to a layer whose positions are all active.
   * @throws EspalierError ESPALIER_NO_ORACLE for a model that brings its own weights
   */
  weights(layer: LayerShape): Float32Array;
  /**
   * Dense gradients by the weights of the sparse layers; layers kept dense, biases and norms are as they start.
   * @returns per sparse layer one value per position
   * @throws EspalierError ESPALIER_NO_ORACLE where there is no engine or no data, as when only a plan is made
   */
  gradients(request?: OracleRequest): Promise<readonly Float32Array[]>;
  /**
   * A training batch.
   * @param index - default 0
   * @throws EspalierError ESPALIER_NO_ORACLE as above
   */
  batch(index?: number): Batch;
}

/** The context of one topology update. */
export interface UpdateContext extends StrategyContext, Clock {
  /** The share of active weights that this update prunes, in [0, 1]. */
  readonly dropFraction: number;
  /** The integer total of active weights that the update must end with. */
  readonly budget: number;
}

/** One layer in the middle of a round: scored, or pruned and waiting for its share of the regrowth. */
export interface Site {
  /** The layer itself, as the plan stands. */
  readonly layer: LayerView;
  /** The prune criterion's scores, aligned with the positions that were active when the round began. */
  readonly scores: Scores;
  /** How many weights this round took from the layer; 0 while quotas are being decided. */
  readonly removed: number;
  /** The least number of active weights the layer may end with. */
  readonly floor: number;
  /** How many candidates the layer offers for regrowth; 0 while quotas are being decided. */
  readonly room: number;
  /** How many weights the allocator gave the layer at the start; after a density schedule has moved on, not its share of the present budget. */
  readonly allocated: number;
  /** Group index of each active position, where the prune criterion has groups, aligned with `scores`. */
  readonly groups?: Uint32Array;
}

/** What a committed update did to one layer. */
export interface CommittedLayer {
  /** Which layer. */
  readonly layer: LayerShape;
  /** How many weights the prune criterion took, those that came back included. */
  readonly removed: number;
  /** Positions that were active before and are not now. */
  readonly pruned: Positions;
  /** Positions that are active now and were not before. */
  readonly grown: Positions;
  /** Positions that were pruned and regrown in the same update. */
  readonly returned: Positions;
  /** Active positions before the update. */
  readonly nonZerosBefore: number;
  /** Active positions after it. */
  readonly nonZerosAfter: number;
  /** Positions that are active now, ascending. Not to be written to, nor to be kept. */
  readonly active: Positions;
}

/** A committed topology update. */
export interface CommittedUpdate {
  /** When it happened. */
  readonly clock: Clock;
  /** The share of active weights that was to be pruned, in [0, 1]; of the first round. */
  readonly dropFraction: number;
  /** Integer total of active weights of the sparse layers. */
  readonly budget: number;
  /** The sparse layers, in the network's order. */
  readonly layers: readonly CommittedLayer[];
}

/** What any strategy of an update may have besides its own method. */
export interface Strategy {
  /** Signals that the strategy reads; any other is refused. */
  readonly needs?: readonly Signal[];
  /** What lives across updates. It may change only in `committed`: planning is pure. */
  state?: StrategyState;
  /** Called after each commit, in the order of the slots. */
  committed?(update: CommittedUpdate, context: StrategyContext): void;
}

/** How many weights each layer starts with. */
export interface DensityAllocator {
  /**
   * @param layers - the layers that are not kept dense
   * @param budget - integer total of active weights
   * @returns one integer per layer, in [1, size], summing to the budget exactly
   */
  allocate(
    layers: readonly LayerShape[],
    budget: number,
    context: StartContext,
  ): readonly number[] | Promise<readonly number[]>;
}

/** Where a layer's first weights are. */
export interface TopologyInitialiser {
  /** @returns `count` ascending positions */
  place(layer: LayerShape, count: number, context: StartContext): Positions | Promise<Positions>;
}

/** The values of a layer's first weights; the same in every engine. */
export interface WeightInitialiser {
  /** @returns one value per position */
  weights(layer: LayerShape, positions: Positions, context: StartContext): Float32Array;
}

/** When topology updates happen. */
export interface UpdateTrigger extends Strategy {
  /** Whether the step that the clock shows ends with a topology update. */
  due(clock: Clock): boolean;
}

/** How large a share of the active weights an update moves. */
export interface DropSchedule extends Strategy {
  /** @returns a share in [0, 1]; 0 prunes nothing, which is not the same as no update */
  fraction(clock: Clock): number;
}

/** The density of the whole over time. */
export interface DensitySchedule {
  /** @returns a density in (0, 1], which core rounds to the integer budget */
  density(clock: Clock, target: number): number;
}

/** Which weights are the least worth keeping. */
export interface PruneCriterion extends Strategy {
  /** @returns one score per active position; the lowest leave first, of equal ones the higher position */
  score(layer: LayerView, context: UpdateContext): Scores;
  /**
   * Splits the active positions into groups inside which quotas and selection apply (sign, row, ...).
   * @returns one group index per active position, from 0
   */
  groups?(layer: LayerView): Uint32Array;
  /**
   * Further weights to take away once the quotas have been served and every layer shows what was kept, such as links of
   * units that nothing reaches any more. They count as removed. Not with the order `regrow-prune`.
   * @param layers - all sparse layers
   * @returns per layer ascending active positions
   */
  cascade?(layers: readonly LayerView[], context: UpdateContext): readonly Positions[];
}

/** How many weights are pruned where. */
export interface PruneQuota extends Strategy {
  /**
   * @returns per site an integer, or one integer per group where the criterion has groups. Each is at most
   * the number of active weights there
   */
  quota(sites: readonly Site[], context: UpdateContext): readonly (number | readonly number[])[];
}

/** How many weights each layer regrows. */
export interface Redistributor extends Strategy {
  /**
   * Ranks by its own signal, never by the regrow criterion's scores, so that replacing the regrow criterion
   * changes placement only.
   * @param total - weights to regrow over all layers
   * @returns one integer per site, at most its room, summing to `total`
   */
  distribute(sites: readonly Site[], total: number, context: UpdateContext): readonly number[];
}

/** Where weights are regrown. */
export interface RegrowCriterion extends Strategy {
  /**
   * @param count - final: core takes the `count` best of the proposal, of equal ones the lower position
   * @returns at least `count` candidates
   */
  propose(layer: LayerView, count: number, context: UpdateContext): Proposal;
}

/** The values of regrown weights. */
export interface GrownValue extends Strategy {
  /** @returns one value per position */
  value(layer: LayerView, positions: Positions, context: UpdateContext): Float32Array;
}

/** The context of a {@link Structure} during an update. */
export interface StructureContext extends UpdateContext {
  /** What the allocator gave the layer at the start, in proportion to the present budget: a whole number of weights. */
  readonly share: number;
  /** All sparse layers, in the network's order. */
  readonly layers: readonly LayerShape[];
}

/**
 * A constraint on every layer's topology (so many of each M, whole blocks, a constant fan-in). It chooses in core's place
 * which weights stay and come, by the scores of whatever criteria the recipe has. A layer may fall short of its count by
 * less than what the constraint moves together; the budget is then an upper bound.
 */
export interface Structure extends Strategy {
  /**
   * How many weights a layer may start with.
   * @param count - what the allocator gave it
   * @returns the largest number up to `count` that the constraint allows; 0 is an error
   */
  fit(layer: LayerShape, count: number): number;
  /**
   * The first topology, in place of the recipe's topology initialiser.
   * @param count - of {@link Structure.fit}
   * @returns `count` ascending positions that obey the constraint
   */
  place(layer: LayerShape, count: number, context: StartContext): Positions;
  /**
   * Which active weights stay.
   * @param scores - the prune criterion's, aligned with `layer.active`
   * @param count - at most so many; fewer where the constraint asks for it
   * @returns ascending indices into `layer.active`
   */
  keep(layer: LayerView, scores: Scores, count: number, context: StructureContext): Uint32Array;
  /**
   * Which candidates come, so that the layer obeys the constraint again.
   * @param candidates - every candidate of the layer, with the regrow criterion's scores
   * @param count - at most so many
   * @returns ascending positions out of `candidates`
   * @throws EspalierError ESPALIER_INFEASIBLE_BUDGET where so few can't make what was kept obey
   */
  grow(layer: LayerView, candidates: Proposal, count: number, context: StructureContext): Positions;
}

/** A layer whose inactive weights have values too, for {@link BackwardSet}. */
export interface LatentLayer extends LayerShape {
  /** Active positions, ascending. */
  readonly active: Positions;
  /** @returns at most `limit` ascending inactive positions, those with the largest absolute values */
  strongest(limit: number): Positions;
}

/**
 * Which inactive weights are trained although the forward pass leaves them out. A recipe that has one keeps a value at
 * every position: engines must supply the signal `weight`, and memory grows with the layers' sizes.
 */
export interface BackwardSet extends Strategy {
  /** Added to the gradient, times the weight, for active and for trained inactive weights. Default 0 and 0. */
  readonly decay?: LatentOptions['decay'];
  /**
   * Decided at the start and again at every topology update.
   * @param context - of the update, or with step 0 of the start
   * @returns ascending inactive positions, or `all`
   */
  trained(layer: LatentLayer, context: StrategyContext & Clock): Positions | 'all';
}

/** The context of a {@link StepHook}. */
export interface StepContext extends StrategyContext, Clock {
  /** The step size that the optimizer used, schedule included. */
  readonly learningRate: number;
}

/** Something that happens to the weights after every optimizer step. */
export interface StepHook extends Strategy {
  /**
   * Called for each sparse layer after every optimizer step, with the layer's weights to change in place; update
   * steps that leave the optimizer step out leave this out too.
   */
  afterStep(layer: MutableLayerView, context: StepContext): void;
}
