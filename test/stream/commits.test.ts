import {
  type CommittedUpdate,
  definePlugin,
  type EngineLayer,
  isStep,
  isTopologyUpdate,
  isWarning,
  type Json,
  type Plugin,
  type Slot,
  type Slots,
  type StrategyContext,
  strategy,
  type TopologyUpdateEvent,
  type UpdatePlan,
  type UpdateTrigger,
  updatePlanner,
  updateStrategies,
} from '@espalier/core';
import { filter, lastValueFrom, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bytesOf, eventsOf, linesOf } from './support/inspect.js';
import { everyFour, type TinyOptions, tinyRun } from './support/tiny-run.js';

const about = { summary: 'For tests.' };

/** `test/told` in every slot of an update: what `of` names, with a listener for commits. */
function toldPlugin(told: (slot: Slot, update: CommittedUpdate, context: StrategyContext) => void): Plugin {
  const wrap = (slot: Slot) =>
    strategy(
      slot,
      'test/told',
      { of: null },
      {
        useFactory: ({ of }, services) =>
          Object.assign(of === null ? { afterStep() {} } : services.strategy(slot, of as never), {
            committed: (update: CommittedUpdate, context: StrategyContext) => told(slot, update, context),
          }) as Slots[typeof slot],
      },
      about,
    );
  const slots: Slot[] = [
    'trigger',
    'drop',
    'prune',
    'pruneQuota',
    'redistribute',
    'regrow',
    'grownValue',
    'hook',
  ];
  return definePlugin({ name: 'test-told', api: 1, strategies: slots.map(wrap) });
}

const told = (of: Json) => ({ use: 'test/told', of });
const allTold = {
  trigger: told({ use: 'step-interval', updateInterval: 4, updateEnd: 1 }),
  drop: told('constant'),
  prune: told('magnitude'),
  pruneQuota: told('per-layer'),
  redistribute: told('identity'),
  regrow: told('random'),
  grownValue: told('zeros'),
  hook: told(null),
};

describe('committed()', () => {
  it('is called on every strategy of an update, in the order of the slots', async () => {
    const slots: Slot[] = [];
    const { trainer } = await tinyRun({ plugins: [toldPlugin((slot) => slots.push(slot))], recipe: allTold });
    await trainer.run();
    const order = ['trigger', 'drop', 'prune', 'pruneQuota', 'redistribute', 'regrow', 'grownValue', 'hook'];
    expect(slots).toEqual([...order, ...order, ...order, ...order]);
  });

  it('comes after the commit and before the event, with what the event will say', async () => {
    const updates: CommittedUpdate[] = [];
    const heard: TopologyUpdateEvent[] = [];
    let layers: readonly EngineLayer[] = [];
    const { trainer, engine } = await tinyRun({
      plugins: [
        toldPlugin((slot, update) => {
          if (slot !== 'prune') return;
          expect(heard).toHaveLength(updates.length);
          updates.push(update);
          for (const [i, { pruned, grown, nonZerosAfter }] of update.layers.entries()) {
            const active = new Set(layers[i]!.active);
            expect(active.size).toBe(nonZerosAfter);
            expect([...grown].every((position) => active.has(position))).toBe(true);
            expect([...pruned].some((position) => active.has(position))).toBe(false);
          }
        }),
      ],
      recipe: allTold,
      positions: true,
    });
    layers = engine.layers;
    trainer.events.pipe(filter(isTopologyUpdate)).subscribe((event) => heard.push(event));
    await trainer.run();
    expect(updates).toHaveLength(4);
    for (const [i, { clock, dropFraction, budget, layers: changed }] of updates.entries()) {
      const event = heard[i]!;
      expect([clock.step, clock.epoch, clock.updateIndex]).toEqual([event.step, event.epoch, i]);
      expect([dropFraction, budget]).toEqual([event.dropFraction, event.budget]);
      expect(
        changed.map(({ layer, pruned, grown, returned, nonZerosBefore, nonZerosAfter }) => ({
          name: layer.name,
          pruned: pruned.length,
          grown: grown.length,
          returned: returned.length,
          nonZerosBefore,
          nonZerosAfter,
          positions: { pruned: [...pruned], grown: [...grown] },
        })),
      ).toEqual(event.layers);
      for (const { removed, pruned, returned } of changed) {
        expect(removed).toBe(pruned.length + returned.length);
      }
    }
  });

  it('may draw from streams of its own and report, which becomes a warning', async () => {
    const draw = async () => {
      const { trainer } = await tinyRun({
        plugins: [
          toldPlugin((slot, _, { random, report }) => {
            if (slot === 'trigger' || slot === 'drop')
              report('test/drew', { slot, number: random('x').uniform() });
          }),
        ],
        recipe: allTold,
      });
      return (await eventsOf(trainer)).filter(isWarning).filter(({ kind }) => kind === 'test/drew');
    };
    const warnings = await draw();
    expect(warnings.map(({ step, facts }) => [step, facts.slot])).toEqual(
      [4, 8, 12, 16].flatMap((step) => [
        [step, 'trigger'],
        [step, 'drop'],
      ]),
    );
    expect(new Set(warnings.map(({ facts }) => facts.number)).size).toBe(8);
    expect(await draw()).toEqual(warnings);
  });
});

/** Updates sooner after an update that changed much, later after one that changed little. */
class AdaptiveTrigger implements UpdateTrigger {
  state: { readonly next: number; readonly grown: readonly number[] } = { next: 1, grown: [] };

  due({ step }: { readonly step: number }): boolean {
    return step >= this.state.next;
  }

  committed({ clock, layers }: CommittedUpdate): void {
    const grown = layers.reduce((sum, layer) => sum + layer.grown.length, 0);
    this.state = { next: clock.step + 1 + (grown % 3), grown: [...this.state.grown, grown] };
  }
}

describe('a trigger that adapts to what committed() tells it', () => {
  const adaptive = definePlugin({
    name: 'test-adaptive',
    api: 1,
    strategies: [
      strategy('trigger', 'test/adaptive', {}, { useFactory: () => new AdaptiveTrigger() }, about),
    ],
  });
  const options: TinyOptions = { plugins: [adaptive], recipe: { trigger: 'test/adaptive' }, positions: true };
  const stepsOf = (lines: string) =>
    lines
      .split('\n')
      .flatMap((line) => /"topology:update","step":(\d+)/.exec(line)?.[1] ?? [])
      .map(Number);

  it('decides by what happened', async () => {
    const { trainer, recipe } = await tinyRun(options);
    const steps = stepsOf(linesOf(await eventsOf(trainer)));
    const gaps = steps.slice(1).map((step, i) => step - steps[i]!);
    const { grown } = (recipe.trigger.strategy as AdaptiveTrigger).state;
    expect(new Set(gaps).size).toBeGreaterThan(1);
    expect(gaps).toEqual(grown.slice(0, -1).map((n) => 1 + (n % 3)));
  });

  it('replays: the same run again has the same updates and bytes', async () => {
    const one = await tinyRun(options);
    const other = await tinyRun(options);
    expect(linesOf(await eventsOf(one.trainer))).toBe(linesOf(await eventsOf(other.trainer)));
    expect(await bytesOf(one.engine)).toEqual(await bytesOf(other.engine));
  });

  it('is not disturbed by being stopped and continued', async () => {
    const whole = await tinyRun(options);
    const expected = await eventsOf(whole.trainer);
    const broken = await tinyRun(options);
    const steps: number[] = [];
    broken.trainer.events.pipe(filter(isTopologyUpdate)).subscribe(({ step }) => steps.push(step));
    while (broken.trainer.step < 18) {
      await lastValueFrom(broken.trainer.train().pipe(filter(isStep), take(2)));
      await broken.trainer.idle;
    }
    expect(steps).toEqual(stepsOf(linesOf(expected)));
    expect(await bytesOf(broken.engine)).toEqual(await bytesOf(whole.engine));
  });
});

describe('planning', () => {
  it.each([
    ['rigl', everyFour],
    ['set', 'set'],
    ['ggr', { use: 'ggr', updateInterval: 4, updateEnd: 1 }],
  ])(
    'is pure: again it gives the same plan, and changes neither engine nor strategies: %s',
    async (_, method) => {
      const { trainer, engine, recipe, start, random } = await tinyRun({ method });
      const again: UpdatePlan[] = [];
      let checks = 0;
      const states = () => JSON.stringify(updateStrategies(recipe).map(({ strategy: s }) => s.state ?? null));
      const checked: Promise<void>[] = [];
      trainer.hooks.on('update:before', (clock) => {
        const before = bytesOf(engine);
        const statesBefore = states();
        const request = {
          recipe,
          shapes: start.sparse,
          layers: engine.layers,
          floors: start.floors,
          budget: start.budget,
          clock,
          random,
          report: () => {},
        };
        const plan = updatePlanner.plan(request);
        expect(updatePlanner.plan(request)).toEqual(plan);
        expect(states()).toBe(statesBefore);
        const after = bytesOf(engine);
        checked.push(
          Promise.all([before, after]).then(([a, b]) => {
            checks++;
            expect(a).toEqual(b);
          }),
        );
        again.push(plan);
      });
      const committed: UpdatePlan[] = [];
      trainer.hooks.on('update:after', (plan) => committed.push(plan));
      await trainer.run();
      await Promise.all(checked);
      expect(checks).toBe(committed.length);
      expect(committed).toEqual(again);
    },
  );
});
