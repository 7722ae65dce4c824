import type { StepTime } from './measure.js';

/** Where the sparse engine, with its best number of threads, and the masked one are equally fast. */
export type Crossover =
  /** Sparse is faster below this density, estimated between two that were measured. */
  | { readonly sparseBelow: number }
  /** One of them is faster at all densities that were measured. */
  | { readonly faster: 'sparse' | 'tfjs' };

/** @param steps - by ascending density */
export function findCrossover(steps: readonly StepTime[]): Crossover {
  const densities = [...new Set(steps.map(({ density }) => density))];
  const leads = densities.map((density) => lead(steps.filter((step) => step.density === density)));
  const lost = leads.findIndex((value) => value <= 0);
  if (lost < 0) return { faster: 'sparse' };
  if (lost === 0) return { faster: 'tfjs' };
  const [before, after] = [leads[lost - 1]!, leads[lost]!];
  const share = before / (before - after);
  return { sparseBelow: densities[lost - 1]! + share * (densities[lost]! - densities[lost - 1]!) };
}

/** By how many milliseconds the sparse engine is faster. */
function lead(steps: readonly StepTime[]): number {
  const best = (name: string) =>
    Math.min(...steps.filter(({ engine }) => engine === name).map(({ milliseconds }) => milliseconds));
  return best('tfjs') - best('sparse');
}
