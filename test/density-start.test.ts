import { createRandomSource, startPlanner } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import { expect, it } from 'vitest';
import { recipeOf } from './support/pipeline.js';

const LAYERS = [
  { name: 'a/kernel', kind: 'dense', shape: [10, 20] },
  { name: 'b/kernel', kind: 'dense', shape: [20, 5] },
] as const;

it('a run starts at the density that its schedule has at step 0', async () => {
  const densitySchedule = { use: 'cubic', start: 1, begin: 0, end: 0.5 };
  const recipe = recipeOf({
    plugins: [standard],
    method: 'static',
    overrides: { densitySchedule, allocate: 'uniform' },
  });
  const options = { length: { totalSteps: 100, stepsPerEpoch: 10 } };
  const start = await startPlanner.plan(LAYERS, recipe, { density: 0.1 }, createRandomSource(1), options);
  expect(start).toMatchObject({ density: 0.1, budget: 300, targetBudget: 30 });
  expect(start.layers.map(({ active }) => active.length)).toEqual([200, 100]);
});

it('a constant schedule starts at the target, layers kept dense left out', async () => {
  const recipe = recipeOf({ plugins: [standard], method: 'static', overrides: { allocate: 'uniform' } });
  const sparsity = { density: 0.5, keepDense: ['b'], budgetIncludesDense: true };
  const options = { length: { totalSteps: 100, stepsPerEpoch: 10 } };
  const start = await startPlanner.plan(LAYERS, recipe, sparsity, createRandomSource(1), options);
  expect(start).toMatchObject({ budget: 50, targetBudget: 50 });
});
