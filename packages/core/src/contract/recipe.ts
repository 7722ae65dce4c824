import type { Observer } from './events.js';
import type {
  BackwardSet,
  DensityAllocator,
  DensitySchedule,
  DropSchedule,
  GrownValue,
  Json,
  PruneCriterion,
  PruneQuota,
  Redistributor,
  RegrowCriterion,
  StepHook,
  Structure,
  TopologyInitialiser,
  UpdateTrigger,
  WeightInitialiser,
} from './strategies.js';

/** The slots of a recipe that a strategy can fill, and what fills each. */
export interface Slots {
  /** How many weights each layer starts with. */
  allocate: DensityAllocator;
  /** Where they are. */
  topology: TopologyInitialiser;
  /** Their values. */
  weights: WeightInitialiser;
  /** When topology updates happen. */
  trigger: UpdateTrigger;
  /** Which share of the active weights an update moves. */
  drop: DropSchedule;
  /** The density of the whole over time. */
  densitySchedule: DensitySchedule;
  /** Which weights leave first. */
  prune: PruneCriterion;
  /** How many leave where. */
  pruneQuota: PruneQuota;
  /** How many each layer regrows. */
  redistribute: Redistributor;
  /** Where they regrow. */
  regrow: RegrowCriterion;
  /** The value they start from. */
  grownValue: GrownValue;
  /** What happens to the weights after every optimizer step. */
  hook: StepHook;
  /** What every layer's topology obeys. */
  structure: Structure;
  /** Which inactive weights are trained too. */
  backward: BackwardSet;
  /** What is measured besides. */
  observe: Observer;
}

/** The name of a slot. */
export type Slot = keyof Slots;

/** Options of a strategy or method: JSON only. */
export type Options = Readonly<Record<string, Json>>;

/** A strategy by name with the options that differ from its defaults. Without `use`, options of the method's own choice. */
export type Choice =
  | string
  | ({
      /** The strategy's name. */
      readonly use?: string;
    } & Options);

/** One entry of a regrow list. */
export type RegrowEntry =
  | string
  | ({
      /** The criterion's name. */
      readonly use: string;
      /** This entry's share of the whole regrowth, in [0, 1]; the first entry gets the rest. */
      readonly share?: number;
      /**
       * How the share is spread over the layers:
       * - `by-count` (default): inside each layer's own count, in proportion to it
       * - `by-room`: in proportion to the layers' candidates, outside the redistributor's counts
       * - `drawn`: as so many candidates drawn uniformly from all layers, outside the redistributor's counts
       */
      readonly spread?: RegrowSpread;
    } & Options);

/** See {@link RegrowEntry}. */
export type RegrowSpread = 'by-count' | 'by-room' | 'drawn';

/** What becomes of a weight that is pruned and regrown in the same update: it keeps value and slots, starts anew, or may not return. */
export type RegrowPruned = 'keep' | 'restart' | 'never';

/**
 * Optimizer slots of grown weights: zero; what stands there (kept off the mask); a multiple of the gradient in
 * the first moment; the mean of the layer's active slots.
 */
export type SlotPolicy =
  | {
      /** The policy's name. */
      readonly use: 'zero' | 'keep' | 'layerMean';
    }
  | {
      /** The first moment starts at a multiple of the gradient, the other slots at 0. */
      readonly use: 'seed';
      /** What the gradient is multiplied by. */
      readonly scale: number;
    };

/** The parts of a recipe that one round of an update may replace. */
export interface RoundSpec {
  /** Which share of the active weights an update moves. Default `constant`. */
  readonly drop?: Choice;
  /** Which weights leave first. Default `magnitude`. */
  readonly prune?: Choice;
  /** How many leave where. Default `per-layer`. */
  readonly pruneQuota?: Choice;
  /** How many each layer regrows. Default `identity`. */
  readonly redistribute?: Choice;
  /** Where they regrow; a list shares the places out. Default `random`. */
  readonly regrow?: Choice | readonly RegrowEntry[];
}

/** A method as data: slots by name, and the switches. Whatever is left out has the base recipe's value. */
export interface RecipeSpec extends RoundSpec {
  /** How many weights each layer starts with. Default `erk`. */
  readonly allocate?: Choice;
  /** Where they are. Default `uniform`. */
  readonly topology?: Choice;
  /** Their values. Default `he`. */
  readonly weights?: Choice;
  /** When topology updates happen. Default `never`. */
  readonly trigger?: Choice;
  /** The density of the whole over time. Default `constant`. */
  readonly densitySchedule?: Choice;
  /** The value that regrown weights start from. Default `zeros`. */
  readonly grownValue?: Choice;
  /** What happens to the weights after every optimizer step. Default null: nothing. */
  readonly hook?: Choice | null;
  /** What every layer's topology obeys. Default null: nothing. */
  readonly structure?: Choice | null;
  /** Which inactive weights keep a value and are trained too. Default null: inactive weights are 0. */
  readonly backward?: Choice | null;
  /** `prune-regrow`, or `regrow-prune`: then the grown are protected from the prune. Default `prune-regrow`. */
  readonly order?: 'prune-regrow' | 'regrow-prune';
  /** Default `keep`. */
  readonly regrowPruned?: RegrowPruned;
  /** Whether an update step leaves out its optimizer step. Default false. */
  readonly skipOptimizerStep?: boolean;
  /** Default `zero`. */
  readonly slots?: SlotPolicy['use'] | SlotPolicy;
  /** No layer falls below max(1, ceil(minDensity x target density x size)) weights. Default 0. */
  readonly minDensity?: number;
  /**
   * Batches whose gradients are summed for an update, the update's own included; only those since the update
   * before it. Default 1.
   */
  readonly accumulate?: number;
  /** Several rounds planned in sequence and committed as one; each may replace slots. Default one round. */
  readonly rounds?: readonly RoundSpec[];
  /** A density that the method imposes whatever the configuration asks for: 1 for `dense`. */
  readonly imposedDensity?: number | null;
}

/** A choice with every option spelled out. */
export type ExpandedChoice = {
  /** The strategy's name. */
  readonly use: string;
} & Options;

/** A regrow entry with everything spelled out. */
export interface ExpandedRegrow {
  /** The criterion. */
  readonly choice: ExpandedChoice;
  /** Its share of all places, in [0, 1]; 0 for the first entry, which gets the rest. */
  readonly share: number;
  /** How the share is spread over the layers. */
  readonly spread: RegrowSpread;
}

/** One round with everything spelled out. */
export interface ExpandedRound {
  /** Which share of the active weights the round moves. */
  readonly drop: ExpandedChoice;
  /** Which weights leave first. */
  readonly prune: ExpandedChoice;
  /** How many leave where. */
  readonly pruneQuota: ExpandedChoice;
  /** How many each layer regrows. */
  readonly redistribute: ExpandedChoice;
  /** Where they regrow, in the order in which the entries place. */
  readonly regrow: readonly ExpandedRegrow[];
}

/** The full recipe that a configuration means. Plain data: it can be written down and read back. */
export interface ExpandedRecipe {
  /** The method that it was made from. */
  readonly method: string;
  /** How many weights each layer starts with. */
  readonly allocate: ExpandedChoice;
  /** Where they are. */
  readonly topology: ExpandedChoice;
  /** Their values. */
  readonly weights: ExpandedChoice;
  /** When topology updates happen. */
  readonly trigger: ExpandedChoice;
  /** The density of the whole over time. */
  readonly densitySchedule: ExpandedChoice;
  /** The value that regrown weights start from. */
  readonly grownValue: ExpandedChoice;
  /** What happens to the weights after every optimizer step; null for nothing. */
  readonly hook: ExpandedChoice | null;
  /** What every layer's topology obeys; null for nothing. */
  readonly structure: ExpandedChoice | null;
  /** Which inactive weights keep a value and are trained too; null for none. */
  readonly backward: ExpandedChoice | null;
  /** One or more, planned in sequence and committed as one. */
  readonly rounds: readonly ExpandedRound[];
  /** Which comes first; see {@link RecipeSpec.order}. */
  readonly order: 'prune-regrow' | 'regrow-prune';
  /** Whether what an update pruned may come back in it. */
  readonly regrowPruned: RegrowPruned;
  /** Whether an update step leaves out its optimizer step. */
  readonly skipOptimizerStep: boolean;
  /** Optimizer slots of grown weights. */
  readonly slots: SlotPolicy;
  /** No layer falls below max(1, ceil(minDensity x target density x size)) weights. */
  readonly minDensity: number;
  /** Batches whose gradients are summed for an update, at least 1. */
  readonly accumulate: number;
  /** The density that the method imposes, in (0, 1], or null. */
  readonly imposedDensity: number | null;
}
