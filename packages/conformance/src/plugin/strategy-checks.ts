import type { Choice, Options, Plugin, Registry, Slot, StrategyDefinition } from '@espalier/core';
import type { Check } from '../checks/check.js';
import { difference } from '../support/difference.js';
import { fail, messageOf } from '../support/fail.js';
import { clockChecks } from './clock-checks.js';
import { observerChecks } from './observer-checks.js';
import type { PluginOptions } from './options.js';
import { LAYERS, ROOMY_LAYERS, SITUATIONS, type Situation } from './situations.js';
import { checkState } from './state.js';
import { mayRefuse, type Trial, TrialRun } from './trial.js';

/** How many updates follow a start. */
const UPDATES = 3;

/** Slots that are asked before the first step only, and remember nothing. */
const START_SLOTS: readonly Slot[] = ['allocate', 'topology', 'weights'];

/** What holds of every strategy that a plugin brings, tried with its defaults and whatever else is to be tried. */
export function strategyChecks(plugin: Plugin, registry: Registry, options: PluginOptions): readonly Check[] {
  return (plugin.strategies ?? []).flatMap((definition: StrategyDefinition) =>
    [{}, ...(options.choices?.[`${definition.slot}/${definition.name}`] ?? [])].flatMap((given) =>
      checksOf(registry, definition, given, options),
    ),
  );
}

function checksOf(
  registry: Registry,
  { slot, name, defaults }: StrategyDefinition,
  given: Options,
  options: PluginOptions,
): readonly Check[] {
  const choice: Choice = { ...given, use: name };
  const label = Object.keys(given).length === 0 ? '' : ` ${JSON.stringify(given)}`;
  const who = `${slot} "${name}"${label}`;
  if (slot === 'observe') return observerChecks(registry, choice, who);
  const layers = options.layers ?? (slot === 'structure' ? ROOMY_LAYERS : LAYERS);
  const trials = situationsFor(slot).map(
    (situation): Trial => ({ registry, slot, choice, layers, situation }),
  );
  const resumed: Check = { name: `${who} goes on from its state`, run: () => tryAll(trials, resume) };
  return [
    ...clockChecks(registry, slot, choice, { ...defaults, ...given }, who),
    {
      name: `${who} keeps its contract over shapes, densities and edge states`,
      run: () => tryAll(trials, sweep),
    },
    { name: `${who} gives the same for the same seed`, run: () => tryAll(trials, repeat) },
    { name: `${who} shares nothing between instances`, run: () => tryAll(trials, interleave) },
    ...(START_SLOTS.includes(slot) ? [] : [resumed]),
  ];
}

function situationsFor(slot: Slot): readonly Situation[] {
  const open = SITUATIONS.filter(({ recipe }) => recipe?.order !== 'regrow-prune');
  // Constraints can't be met where a layer holds one weight.
  if (slot === 'structure') return open.filter(({ extreme }) => extreme !== true);
  // A schedule may begin with a full network, where nothing can regrow before others leave; a cascade follows the prune.
  return slot === 'densitySchedule' || slot === 'prune' ? open : SITUATIONS;
}

async function tryAll(trials: readonly Trial[], attempt: (trial: Trial) => Promise<void>): Promise<void> {
  let refused = 0;
  for (const trial of trials) {
    try {
      await attempt(trial);
    } catch (error) {
      if (mayRefuse(error, trial.slot, trial.situation)) {
        refused++;
        continue;
      }
      const message = `${trial.situation.name.replace(/^./, (c) => c.toUpperCase())}: ${messageOf(error)}`;
      throw new Error(message, { cause: error });
    }
  }
  if (refused === trials.length)
    fail('Every situation was refused; say with "choices" which options fit the layers.');
}

function updatesOf({ slot }: Trial): number {
  return START_SLOTS.includes(slot) ? 0 : UPDATES;
}

async function sweep(trial: Trial): Promise<void> {
  await course(trial);
}

/** A start and updates as plain data, the states between them checked. */
async function course(trial: Trial): Promise<unknown> {
  const run = await TrialRun.begin(trial);
  const updates = Array.from({ length: updatesOf(trial) }, () => {
    const update = run.next();
    for (const state of run.states) checkState(state);
    return update;
  });
  return { start: run.start, updates };
}

async function repeat(trial: Trial): Promise<void> {
  const first = await course(trial);
  expectSame(await course(trial), first, 'A second run with the same seed differs');
}

async function interleave(trial: Trial): Promise<void> {
  const [one, other] = [await TrialRun.begin(trial), await TrialRun.begin(trial)];
  const otherwise = 'Of two instances that are used in turn, the second differs';
  expectSame(other.start, one.start, otherwise);
  for (let i = 1; i < updatesOf(trial); i++) {
    const expected = one.next();
    expectSame(other.next(), expected, otherwise);
  }
}

async function resume(trial: Trial): Promise<void> {
  const run = await TrialRun.begin(trial);
  for (let i = 1; i < updatesOf(trial); i++) run.next();
  const other = run.continued();
  expectSame(other.next(), run.next(), 'A new instance given the state goes on differently');
}

function expectSame(actual: unknown, expected: unknown, otherwise: string): void {
  const found = difference(actual, expected);
  if (found !== undefined) fail(`${otherwise}: ${found}.`);
}
