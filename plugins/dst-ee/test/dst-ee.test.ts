import type { CommittedLayer, RegrowCriterion } from '@espalier/core';
import { describeLayer } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tinyRun } from '../../../test/stream/support/tiny-run.js';
import {
  arbitraryNetwork,
  arbitraryTieFreeNetwork,
  layersOf,
  nnzOf,
} from '../../../test/support/arbitrary-network.js';
import type { ArrayLayer } from '../../../test/support/array-layer.js';
import { goldenCase } from '../../../test/support/golden.js';
import { expectSoundCommit, plainPlan } from '../../../test/support/invariants.js';
import { clockAt, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import rigl from '../../rigl/src/index.js';
import dstEe from '../src/index.js';

const recipe = (options: object = {}) =>
  recipeOf({ plugins: [standard, dstEe], method: { use: 'dst-ee', ...options } });
type Made = ReturnType<typeof recipe>;
const criterionOf = (made: Made): RegrowCriterion => made.rounds[0]!.regrow[0]!.criterion.strategy;

interface Counts {
  readonly positions: Uint32Array;
  readonly counts: Uint32Array;
}

/** Plans an update, commits it to layer and criterion, and gives the plan. */
function update(made: Made, layers: readonly ArrayLayer[], step: number) {
  const clock = clockAt(step);
  const { plan } = planUpdate(made, layers, { clock, floors: layers.map(() => 0) });
  for (const [i, { change }] of plan.layers.entries()) layers[i]!.apply(change);
  const committed = plan.layers.map((layer, i): CommittedLayer => ({ ...layer, active: layers[i]!.active }));
  const { dropFraction, budget } = plan;
  const silent = { random: () => expect.unreachable(), report: () => expect.unreachable() };
  criterionOf(made).committed!({ clock, dropFraction, budget, layers: committed }, silent);
  return plan;
}

it('agrees with the golden case dst-ee-score', () => {
  const { input, expected } = goldenCase('16_other_rules', 'dst-ee-score');
  const criterion = criterionOf(recipe({ c: input.c, eps: input.eps }));
  const known = input.counts.flatMap((n: number, p: number) => (n > 0 ? [p] : []));
  criterion.state = {
    a: {
      positions: Uint32Array.from(known),
      counts: Uint32Array.from(known, (p: number) => input.counts[p]),
    },
  };
  const layer = {
    ...describeLayer({ name: 'a', kind: 'dense', shape: [3, 1] }, 0),
    active: new Uint32Array(0),
    before: new Uint32Array(0),
    strongest: () => ({ positions: Uint32Array.of(0, 1, 2), scores: Float32Array.from(input.gradients) }),
  };
  const context = { ...clockAt(input.t) } as Parameters<RegrowCriterion['propose']>[2];
  const { scores } = criterion.propose(layer as never, 1, context);
  for (const [i, score] of expected.entries()) {
    expect(Math.abs(scores[i]! - score) / score).toBeLessThan(1e-6);
  }
});

describe('DST-EE', () => {
  it('counts the topologies that had a weight, the first one included', () => {
    const made = recipe({ dropFraction: 0.6, c: 1, eps: 0.1 });
    const layer = rowLayer('a', [1, 1, 0, 0, 0], [3, 1, 0, 0, 0], { gradient: [0, 5, 0, 4, 0] });
    update(made, [layer], 10);
    // 1 left and 3 came, as it was never active; 1 has the larger gradient but a smaller bonus.
    expect(layer.mask).toEqual([1, 0, 0, 1, 0]);
    const { positions, counts } = (criterionOf(made).state as unknown as Record<string, Counts>).a!;
    expect([...positions]).toEqual([0, 1, 3]);
    expect([...counts]).toEqual([2, 1, 1]);
  });

  it('takes the candidates with the largest scores, as a plain ranking of all would', () => {
    const options = fc.record({
      c: fc.constantFrom(0, 0.01, 0.3, 2),
      eps: fc.constantFrom(0.01, 0.5, 3),
      dropFraction: fc.constantFrom(0.3, 0.6, 1),
    });
    fc.assert(
      fc.property(arbitraryTieFreeNetwork(), options, (network, given) => {
        const made = recipe(given);
        const layers = layersOf(network);
        const seen = layers.map(({ mask }) => [...mask]);
        for (const step of [2, 40, 300]) {
          const plan = update(made, layers, step);
          for (const [i, planned] of plan.layers.entries()) {
            const { gradient } = network[i]!;
            const grown = new Set([...planned.grown, ...planned.returned]);
            const score = (p: number) =>
              Math.abs(gradient[p]!) + (given.c * Math.log(step)) / (seen[i]![p]! + given.eps);
            const kept = new Set([...layers[i]!.active].filter((p) => !grown.has(p)));
            const best = [...gradient.keys()]
              .filter((p) => !kept.has(p))
              .sort((a, b) => score(b) - score(a) || a - b)
              .slice(0, grown.size);
            const worst = Math.min(...[...grown].map(score));
            // Equal scores of sums in different order aside, the same positions.
            if (grown.size > 0) expect(worst).toBeCloseTo(Math.min(...best.map(score)), 9);
          }
          for (const [i, layer] of layers.entries()) {
            for (const p of layer.active) seen[i]![p]!++;
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is RigL where exploring counts for nothing', () => {
    fc.assert(
      fc.property(arbitraryNetwork(), fc.nat(999), (network, step) => {
        const terms = { floors: network.map(() => 0), clock: clockAt(step) };
        const other = recipeOf({ plugins: [standard, rigl], method: 'rigl' });
        expect(plainPlan(planUpdate(recipe({ c: 0 }), layersOf(network), terms).plan)).toEqual(
          plainPlan(planUpdate(other, layersOf(network), terms).plan),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('keeps every layer where it is', () => {
    fc.assert(
      fc.property(arbitraryNetwork('tied'), fc.nat(999), (network, step) => {
        const layers = layersOf(network);
        const terms = { budget: nnzOf(network), floors: layers.map(() => 0) };
        const { plan } = planUpdate(recipe({ eps: 0.001 }), layers, { ...terms, clock: clockAt(step) });
        expectSoundCommit(plan, layers, terms);
      }),
      { numRuns: 200 },
    );
  });

  it('explores more positions the more exploring counts', async () => {
    const explored = async (c: number) => {
      const method = { use: 'dst-ee', dropFraction: 0.5, updateInterval: 1, updateEnd: 1, c, eps: 0.01 };
      const { trainer, recipe: made } = await tinyRun({ plugins: [dstEe], method, layers: [6, 40, 3] });
      await trainer.run();
      const state = criterionOf(made).state as unknown as Record<string, Counts>;
      return Object.values(state).reduce((n, { positions }) => n + positions.length, 0);
    };
    expect(await explored(1)).toBeGreaterThan(await explored(0));
  });

  it.each([
    [{ c: -1 }, /c is -1/],
    [{ eps: 0 }, /eps is 0/],
  ])('refuses %j', (options, message) => {
    expect(() => recipe(options)).toThrow(message);
  });
});
