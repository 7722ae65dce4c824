import type { Bound, Recipe, Slot, StrategyState } from '@espalier/core';
import { difference } from '../support/difference.js';
import { fail } from '../support/fail.js';
import { snapshot } from '../support/snapshot.js';
import { withoutAmbient } from '../support/without-ambient.js';

/** Where state may change; observers keep theirs as they like. */
const CHANGING = ['committed', 'observe', 'look', 'close'];

/** What a method may write to: step hooks change weights in place. */
const WRITABLE: Readonly<Record<string, readonly string[]>> = { afterStep: ['weights'] };

/**
 * A strategy every call of which is watched: it must neither use ambient randomness or time, nor write to what it was
 * given, nor change its state anywhere but in `committed`.
 */
export function guarded<S extends object>(strategy: S): S {
  return new Proxy(strategy, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (key === 'probe' && typeof value === 'object' && value !== null) return guarded(value);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]) => watch(target, String(key), args, value);
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}

// biome-ignore lint/complexity/noBannedTypes: whatever method a strategy has.
function watch(target: object, method: string, args: readonly unknown[], call: Function): unknown {
  const writable = WRITABLE[method] ?? [];
  const given = snapshot(args, writable);
  const state = structuredClone(stateOf(target));
  const check = () => {
    const written = difference(snapshot(args, writable), given, 'argument ');
    if (written !== undefined) fail(`${method} wrote to what it was given: ${written}.`);
    if (CHANGING.includes(method)) return;
    const moved = difference(stateOf(target), state, 'state');
    if (moved !== undefined) {
      fail(`${method} changed the strategy's state, which only "committed" may: ${moved}.`);
    }
  };
  const result: unknown = withoutAmbient(() => call.apply(target, args));
  if (result instanceof Promise) {
    return result.then((value: unknown) => {
      check();
      return value;
    });
  }
  check();
  return result;
}

/** A strategy's state, where it has one. */
export function stateOf(strategy: object): StrategyState | undefined {
  return (strategy as { readonly state?: StrategyState }).state;
}

/** A recipe whose strategies of one slot, or of all, are {@link guarded}. */
export function guardRecipe(recipe: Recipe, slot?: Slot): Recipe {
  const guard = <B extends Bound<object> | null>(bound: B): B =>
    bound === null || (slot !== undefined && bound.slot !== slot)
      ? bound
      : { ...bound, strategy: guarded(bound.strategy) };
  return {
    expanded: recipe.expanded,
    allocate: guard(recipe.allocate),
    topology: guard(recipe.topology),
    weights: guard(recipe.weights),
    trigger: guard(recipe.trigger),
    densitySchedule: guard(recipe.densitySchedule),
    grownValue: guard(recipe.grownValue),
    hook: guard(recipe.hook),
    structure: guard(recipe.structure),
    backward: guard(recipe.backward),
    rounds: recipe.rounds.map((round) => ({
      drop: guard(round.drop),
      prune: guard(round.prune),
      pruneQuota: guard(round.pruneQuota),
      redistribute: guard(round.redistribute),
      regrow: round.regrow.map((entry) => ({ ...entry, criterion: guard(entry.criterion) })),
    })),
  };
}
