// Core's part of a topology update of a network of 10 million weights in 50 layers at 90 % sparsity.
import { execFileSync } from 'node:child_process';
import {
  createRandomSource,
  createRecipe,
  describeLayer,
  expandRecipe,
  LOGGER,
  Registry,
  RUN_FACTS,
  updatePlanner,
} from '@espalier/core';
import ggr from '@espalier/plugin-ggr';
import rigl from '@espalier/plugin-rigl';
import standard from '@espalier/plugin-standard';
import { arrayLayer } from './array-layer.js';
import { median, writeResult } from './result.js';

const LAYERS = 50;
const SHAPE = [500, 400] as const;
const DENSITY = 0.1;
const ROUNDS = 15;

const layers = Array.from({ length: LAYERS }, (_, i) => arrayLayer(`dense_${i}/kernel`, SHAPE, DENSITY, i));
const shapes = layers.map(describeLayer);
const budget = layers.reduce((all, { active }) => all + active.length, 0);
const registry = new Registry().add(standard).add(rigl).add(ggr);
registry.services.setValue(LOGGER, { info() {}, warn() {} });
registry.services.setValue(RUN_FACTS, { seed: 0, totalSteps: 1000, stepsPerEpoch: 100, density: DENSITY });
const random = createRandomSource(0);

const methods = ['rigl', 'ggr'] as const;
const recipes = new Map(methods.map((name) => [name, createRecipe(registry, expandRecipe(registry, name))]));
const floors = shapes.map(({ size }) => Math.ceil(0.1 * DENSITY * size));

function plan(method: (typeof methods)[number]) {
  const clock = { step: 100, totalSteps: 1000, epoch: 1, stepInEpoch: 0, stepsPerEpoch: 100, updateIndex: 0 };
  const recipe = recipes.get(method)!;
  return updatePlanner.plan({ recipe, shapes, layers, floors, budget, clock, random, report() {} });
}

const methodToWeigh = process.argv[3] as (typeof methods)[number] | undefined;
if (process.argv[2] === '--memory' && methodToWeigh !== undefined) {
  const resident = process.memoryUsage.rss();
  for (let i = 0; i < 5; i++) plan(methodToWeigh);
  console.log(process.resourceUsage().maxRSS * 1024 - resident);
} else {
  measure();
}

function measure() {
  const seconds: Record<string, number[]> = { rigl: [], ggr: [] };
  const moved: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const method of methods) {
      const began = performance.now();
      const { layers: plans } = plan(method);
      seconds[method]!.push((performance.now() - began) / 1000);
      moved[method] = plans.reduce((all, { grown }) => all + grown.length, 0);
    }
  }
  const weightBytes = 4 * shapes.reduce((all, { size }) => all + size, 0);
  writeResult('topology-update', {
    network: {
      layers: LAYERS,
      weights: weightBytes / 4,
      nonZeros: budget,
      sparsity: 1 - DENSITY,
      dropFraction: 0.3,
    },
    rounds: ROUNDS,
    medianSeconds: { rigl: median(seconds.rigl!), ggr: median(seconds.ggr!) },
    firstSeconds: { rigl: seconds.rigl![0], ggr: seconds.ggr![0] },
    weightsMoved: moved,
    memory: {
      note: 'in a process of its own per method: largest resident set during five updates, less that before the first',
      weightBytes,
      extraPerWeightByte: { rigl: extraMemory('rigl') / weightBytes, ggr: extraMemory('ggr') / weightBytes },
    },
  });
}

function extraMemory(method: (typeof methods)[number]): number {
  return Number(execFileSync(process.execPath, [process.argv[1]!, '--memory', method], { encoding: 'utf8' }));
}
