import type {
  Choice,
  ExpandedChoice,
  ExpandedRecipe,
  ExpandedRegrow,
  ExpandedRound,
  MethodDefinition,
  Options,
  RecipeSpec,
  RegrowEntry,
  RoundSpec,
  SlotPolicy,
} from '../contract.js';
import { EspalierError, suggest } from '../errors/index.js';
import { completeOptions, type Registry } from '../registry/index.js';
import { BASE_RECIPE } from './base.js';
import { checkSwitches } from './switches.js';

const SINGLE_SLOTS = [
  'allocate',
  'topology',
  'weights',
  'trigger',
  'densitySchedule',
  'grownValue',
  'hook',
  'structure',
  'backward',
] as const;
type OptionalSlot = 'hook' | 'structure' | 'backward';
const ROUND_SLOTS = ['drop', 'prune', 'pruneQuota', 'redistribute', 'regrow'] as const;
const RECIPE_KEYS = [...Object.keys(BASE_RECIPE), 'rounds'];

/**
 * The full recipe that a method and overrides mean.
 *
 * @param method - a method's name, or `{ use, ...options }`
 * @param overrides - slots and switches that replace the method's own; a choice without `use` only changes
 *   options of the method's choice
 * @throws EspalierError for unknown names and options and impossible values
 */
export function expandRecipe(registry: Registry, method: Choice, overrides: RecipeSpec = {}): ExpandedRecipe {
  const { use, ...given } = typeof method === 'string' ? { use: method } : method;
  if (use === undefined) {
    throw new EspalierError('ESPALIER_INVALID_OPTION', 'The method names none; say which by "use".');
  }
  const definition = registry.method(use);
  const options = completeOptions(`method "${use}"`, definition.defaults, given as Options, definition.about);
  const spec = specOf(definition, options);
  checkKeys(`method "${use}"`, spec, RECIPE_KEYS);
  checkKeys('the recipe', overrides, RECIPE_KEYS);
  const merged = merge(merge(BASE_RECIPE, spec), overrides);
  checkSwitches(merged);
  for (const round of merged.rounds ?? []) checkKeys('a round of the recipe', round, ROUND_SLOTS);
  const rounds = (merged.rounds ?? [{}]).map((round) => expandRound(registry, merge(merged, round)));
  checkStructured(merged, rounds);
  const single = (slot: Exclude<(typeof SINGLE_SLOTS)[number], OptionalSlot>) =>
    registry.expand(slot, merged[slot]!);
  const optional = (slot: OptionalSlot) => {
    const choice = merged[slot];
    return choice == null ? null : registry.expand(slot, choice);
  };
  return {
    method: use,
    allocate: single('allocate'),
    topology: single('topology'),
    weights: single('weights'),
    trigger: single('trigger'),
    densitySchedule: single('densitySchedule'),
    grownValue: single('grownValue'),
    hook: optional('hook'),
    structure: optional('structure'),
    backward: optional('backward'),
    rounds,
    order: merged.order!,
    regrowPruned: merged.regrowPruned!,
    skipOptimizerStep: merged.skipOptimizerStep!,
    slots: slotPolicy(merged.slots!),
    minDensity: merged.minDensity!,
    accumulate: merged.accumulate!,
    imposedDensity: merged.imposedDensity ?? null,
  };
}

function checkKeys(owner: string, spec: object, known: readonly string[]): void {
  const unknown = Object.keys(spec).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new EspalierError(
    'ESPALIER_INVALID_CONFIG',
    `${owner} has a slot or switch "${unknown}", which does not exist.${suggest(unknown, known)}`,
  );
}

function specOf(definition: MethodDefinition, options: Options): RecipeSpec {
  try {
    return definition.recipe(options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new EspalierError('ESPALIER_STRATEGY_THREW', `method "${definition.name}" threw: ${message}`, {
      cause: error,
    });
  }
}

function merge(base: RecipeSpec, over: RecipeSpec | RoundSpec): RecipeSpec {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const slot = ([...SINGLE_SLOTS, ...ROUND_SLOTS] as readonly string[]).includes(key);
    merged[key] = slot ? refine(merged[key] as Choice | null | undefined, value) : value;
  }
  return merged;
}

/** A choice without `use` adjusts the one it stands on. */
function refine(base: unknown, over: unknown): unknown {
  if (typeof over !== 'object' || over === null || Array.isArray(over) || 'use' in over) return over;
  const under = typeof base === 'string' ? { use: base } : base;
  return typeof under === 'object' && under !== null && !Array.isArray(under) ? { ...under, ...over } : over;
}

function expandRound(registry: Registry, spec: RecipeSpec): ExpandedRound {
  const single = (slot: Exclude<(typeof ROUND_SLOTS)[number], 'regrow'>): ExpandedChoice =>
    registry.expand(slot, spec[slot]!);
  return {
    drop: single('drop'),
    prune: single('prune'),
    pruneQuota: single('pruneQuota'),
    redistribute: single('redistribute'),
    regrow: expandRegrow(registry, spec.regrow!),
  };
}

function expandRegrow(
  registry: Registry,
  regrow: Choice | readonly RegrowEntry[],
): readonly ExpandedRegrow[] {
  const entries = Array.isArray(regrow) ? (regrow as readonly RegrowEntry[]) : [regrow as Choice];
  if (entries.length === 0) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      'regrow is an empty list; it needs at least one criterion.',
    );
  }
  const expanded = entries.map((entry, i): ExpandedRegrow => {
    if (typeof entry === 'string')
      return { choice: registry.expand('regrow', entry), share: 0, spread: 'by-count' };
    const { share, spread, ...choice } = entry as Options & { use: string };
    if (i === 0 && (share !== undefined || spread !== undefined)) {
      throw new EspalierError(
        'ESPALIER_INVALID_CONFIG',
        'regrow: the first entry takes no share or spread; it gets what the others leave.',
      );
    }
    return {
      choice: registry.expand('regrow', choice),
      share: (share as number | undefined) ?? 0,
      spread: (spread as ExpandedRegrow['spread'] | undefined) ?? 'by-count',
    };
  });
  checkShares(expanded);
  return expanded;
}

/** A structure chooses among all candidates at once, and keeps before it grows. */
function checkStructured(spec: RecipeSpec, rounds: readonly ExpandedRound[]): void {
  if (spec.structure == null) return;
  const lists = rounds.some(({ regrow }) => regrow.length > 1);
  if (!lists && spec.order === 'prune-regrow') return;
  throw new EspalierError(
    'ESPALIER_INVALID_CONFIG',
    `A recipe with a structure needs ${lists ? 'a single regrow criterion, not a list' : 'the order "prune-regrow"'}.`,
  );
}

function checkShares(entries: readonly ExpandedRegrow[]): void {
  const wrong = entries.find(({ share }) => typeof share !== 'number' || !(share >= 0 && share <= 1));
  const total = entries.reduce((all, { share }) => all + share, 0);
  if (wrong !== undefined || total > 1 + 1e-9) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `regrow: shares must lie in [0, 1] and sum to at most 1; these are ${entries
        .slice(1)
        .map((e) => e.share)
        .join(', ')}.`,
    );
  }
  const odd = entries.find(({ spread }) => !['by-count', 'by-room', 'drawn'].includes(spread));
  if (odd !== undefined) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `regrow: the spread "${odd.spread}" is not known. Known: by-count, by-room, drawn.`,
    );
  }
}

function slotPolicy(slots: SlotPolicy['use'] | SlotPolicy): SlotPolicy {
  if (typeof slots !== 'string') return slots;
  return slots === 'seed' ? { use: 'seed', scale: 1 } : { use: slots };
}
