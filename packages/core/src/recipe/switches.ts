import type { RecipeSpec } from '../contract.js';
import { EspalierError, suggest } from '../errors/index.js';

const CHOICES = {
  order: ['prune-regrow', 'regrow-prune'],
  regrowPruned: ['keep', 'restart', 'never'],
} as const;

const SLOT_POLICIES = ['zero', 'keep', 'layerMean', 'seed'];

/**
 * Checks the parts of a recipe that are not strategies.
 * @throws EspalierError ESPALIER_INVALID_CONFIG naming the switch and what it may be
 */
export function checkSwitches(spec: RecipeSpec): void {
  for (const [name, known] of Object.entries(CHOICES)) {
    const value = spec[name as keyof typeof CHOICES];
    if (!(known as readonly unknown[]).includes(value)) {
      throw invalid(`${name} is ${JSON.stringify(value)}.${suggest(String(value), known)}`);
    }
  }
  if (typeof spec.skipOptimizerStep !== 'boolean') {
    throw invalid(
      `skipOptimizerStep is ${JSON.stringify(spec.skipOptimizerStep)}, but must be true or false.`,
    );
  }
  const policy = typeof spec.slots === 'string' ? spec.slots : spec.slots?.use;
  if (policy === undefined || !SLOT_POLICIES.includes(policy)) {
    throw invalid(`slots is ${JSON.stringify(spec.slots)}.${suggest(String(policy), SLOT_POLICIES)}`);
  }
  if (typeof spec.slots === 'object' && spec.slots.use === 'seed' && !Number.isFinite(spec.slots.scale)) {
    throw invalid('slots: "seed" needs a finite number "scale", the factor on the gradient.');
  }
  if (!(typeof spec.minDensity === 'number' && spec.minDensity >= 0 && spec.minDensity <= 1)) {
    throw invalid(
      `minDensity is ${spec.minDensity}, but must lie in [0, 1]: a factor of the target density.`,
    );
  }
  if (!(Number.isInteger(spec.accumulate) && spec.accumulate! >= 1)) {
    throw invalid(`accumulate is ${spec.accumulate}, but must be a number of batches, at least 1.`);
  }
  if (spec.rounds !== undefined && !(Array.isArray(spec.rounds) && spec.rounds.length > 0)) {
    throw invalid(`rounds is ${JSON.stringify(spec.rounds)}, but must be a list of one round or more.`);
  }
}

function invalid(explanation: string): EspalierError {
  return new EspalierError('ESPALIER_INVALID_CONFIG', explanation);
}
