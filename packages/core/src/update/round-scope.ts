import type {
  Clock,
  Json,
  LayerShape,
  RegrowPruned,
  Strategy,
  Structure,
  StructureContext,
  UpdateContext,
} from '../contract.js';
import { floorCount, sum } from '../numbers/index.js';
import type { RandomSource } from '../random/index.js';
import type { Bound } from '../registry/index.js';
import type { PlanLayer } from './plan-layer.js';
import type { SignalGate } from './signal-gate.js';

/** Says something to the user about the update. */
export type Report = (kind: string, facts: Readonly<Record<string, Json>>) => void;

/** What the stages of one round share. */
export interface RoundScope {
  readonly layers: readonly PlanLayer[];
  readonly floors: readonly number[];
  readonly allocated: readonly number[];
  readonly clock: Clock;
  readonly budget: number;
  readonly dropFraction: number;
  readonly regrowPruned: RegrowPruned;
  readonly gate: SignalGate;
  readonly random: RandomSource;
  readonly report: Report;
  /** The context for a strategy's calls, with streams of its own. */
  context(bound: Bound<Strategy>): UpdateContext;
}

/** Makes the scope of a round. */
export function roundScope(parts: Omit<RoundScope, 'context'>): RoundScope {
  const { clock, random, report, dropFraction, budget } = parts;
  return {
    ...parts,
    context: (bound) => ({ ...clock, dropFraction, budget, report, random: streamsOf(bound, random, clock) }),
  };
}

/** The context for a structure's calls about one layer. */
export function structureContext(
  bound: Bound<Structure>,
  scope: RoundScope,
  index: number,
): StructureContext {
  const { layers, allocated, budget } = scope;
  const share = floorCount((allocated[index]! * budget) / sum(allocated));
  return { ...scope.context(bound), share, layers };
}

/** The streams of one strategy at one step. */
export function streamsOf(bound: Bound<unknown>, random: RandomSource, clock: Clock) {
  return (purpose: string, layer?: LayerShape) =>
    random.stream(`${bound.slot}/${bound.name}/${purpose}`, layer?.name ?? '', clock.step);
}
