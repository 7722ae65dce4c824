import { readFileSync } from 'node:fs';
import { createRecipe, describeLayer, expandRecipe, RUN_FACTS, updateNeeds } from '@espalier/core';
import { accountingOf } from '@espalier/plugin-metrics';
import { grid, share } from './performance-tables.mjs';

const measured = JSON.parse(
  readFileSync(new URL('../benchmarks/results/comparison.json', import.meta.url), 'utf8'),
);
const LAYERS = [
  { name: 'first', kind: 'dense', shape: [8, 8] },
  { name: 'second', kind: 'dense', shape: [8, 8] },
].map(describeLayer);

/**
 * The tables of the page that compares methods: what each asks for, from its recipe, and what it did, from the JSON that
 * `pnpm bench comparison` wrote.
 *
 * @param registry - with every method
 * @param engines - by its name, the signals of every engine, `plain` and with `denseState: allow`
 */
export function comparisonTables(registry, engines) {
  registry.provide(RUN_FACTS, () => ({ seed: 0, totalSteps: 1000, stepsPerEpoch: 100, density: 0.1 }));
  return { demands: () => demands(registry, engines), compared, comparedHow, refusals };
}

/** What every method asks for. */
function demands(registry, engines) {
  return grid(
    ['method', 'dense gradient', 'memory', 'moves density between layers', 'structure', 'engines'],
    registry.methods().map(({ name }) => {
      const expanded = expandRecipe(registry, name);
      const recipe = createRecipe(registry, expanded);
      const accounting = accountingOf(expanded, (slot, choice) => registry.create(slot, choice).strategy);
      return [
        `\`${name}\``,
        denseGradient(expanded, accounting),
        memory(expanded, accounting, recipe),
        moves(expanded),
        expanded.structure === null ? '' : `\`${expanded.structure.use}\``,
        enginesFor(recipe, engines).join(', '),
      ];
    }),
    { text: true },
  );
}

function denseGradient({ backward, imposedDensity }, { denseAlways, denseForUpdates }) {
  if (imposedDensity === 1 || denseAlways) return 'every step';
  if (backward !== null) return 'every step, at what it trains';
  return denseForUpdates ? 'at updates' : 'never';
}

function memory({ backward, densitySchedule, imposedDensity }, { denseAlways }, recipe) {
  if (imposedDensity === 1) return 'all weights';
  const kept = backward === null ? 'active weights' : 'a value for all weights';
  const notes = [
    denseAlways ? 'momentum of all' : '',
    densitySchedule.use === 'constant' ? '' : `their number follows \`${densitySchedule.use}\``,
    looksAtStart(recipe) ? 'all once, before training' : '',
  ].filter((note) => note !== '');
  return [kept, ...notes].join('; ');
}

/** Whether a method looks at the dense network before training. */
function looksAtStart({ allocate, topology }) {
  let looked = false;
  const look = () => {
    looked = true;
    throw new Error('There is no network here.');
  };
  const oracle = { weights: look, gradients: look, batch: look };
  const random = () => ({ uniform: () => 0.5, normal: () => 0, below: () => 0 });
  const context = { density: 0.25, layers: LAYERS, oracle, random, report() {} };
  const attempt = (call) => {
    try {
      Promise.resolve(call()).catch(() => {});
    } catch {
      // What can't be done without a network has looked for it.
    }
  };
  attempt(() => allocate.strategy.allocate(LAYERS, 32, context));
  attempt(() => topology.strategy.place(LAYERS[0], 4, context));
  return looked;
}

function moves({ trigger, densitySchedule, rounds }) {
  if (trigger.use === 'never') return '';
  const stay = new Set(['identity', 'allocated']);
  const regrown = rounds.some(({ redistribute }) => !stay.has(redistribute.use));
  const pruned =
    densitySchedule.use !== 'constant' && rounds.some(({ pruneQuota }) => pruneQuota.scope === 'global');
  return regrown || pruned ? 'yes' : 'no';
}

function enginesFor(recipe, engines) {
  const needs = [...updateNeeds(recipe).keys(), ...(recipe.hook?.strategy.needs ?? [])];
  const supplies = (signals) => needs.every((signal) => signals.has(signal));
  return Object.entries(engines)
    .filter(([, { allowed }]) => supplies(allowed))
    .map(([name, { plain }]) => (supplies(plain) ? name : `${name} (\`denseState: allow\`)`));
}

/** What every method did on one network. */
function compared(network) {
  const [high, low] = measured.settings.densities;
  const names = [...new Set(measured.runs.map(({ method }) => method))];
  const at = (method, density) =>
    measured.runs.filter(
      (run) =>
        run.method === method && run.network === network && (run.density === density || run.imposed === true),
    );
  return grid(
    [
      'method',
      `accuracy at ${share(1 - high)}`,
      `accuracy at ${share(1 - low)}`,
      'non-zeros',
      'training operations',
      'seconds',
      'explored',
      'moved',
      'engine',
    ],
    names.map((method) => {
      const both = [at(method, high), at(method, low)];
      const each = (key, format) => both.map((runs) => over(runs, (of) => format(mean(of, key)))).join(' / ');
      return [
        `\`${method}\``,
        ...both.map((runs) => over(runs, accuracy)),
        each('nonZeros', (n) => Math.round(n).toLocaleString('en-US')),
        each('trainingShare', percent),
        each('seconds', digits),
        each('exploration', percent),
        each('drift', (distance) => distance.toFixed(2)),
        [...new Set(both.flat().map(({ engine }) => engine))].filter(Boolean).join(', '),
      ];
    }),
  );
}

/** Where and how it was measured. */
function comparedHow() {
  const { command, date, machine, settings } = measured;
  const { data, epochs, batchSize, seeds } = settings;
  return `\`${command}\`, ${date}: ${data}, ${epochs} epochs, batches of ${batchSize}, seeds ${seeds.join(', ')}; ${machine.cpu}, ${machine.cores} cores, ${machine.platform}, Node.js ${machine.node}. Mean ± sample standard deviation; times are those of whole runs, evaluation included.`;
}

/** Why some methods did not train. */
function refusals() {
  const seen = new Map();
  for (const { method, network, density, refused } of measured.runs) {
    if (refused === undefined) continue;
    const key = `${method} ${refused}`;
    const where = seen.get(key) ?? { method, refused, where: new Set() };
    seen.set(key, where);
    where.where.add(`${network} at ${share(1 - density)}`);
  }
  if (seen.size === 0) return 'No method refused a network.';
  return [...seen.values()]
    .map(({ method, refused, where }) => `- \`${method}\` on ${[...where].join(', ')}: ${refused}`)
    .join('\n');
}

function over(runs, of) {
  const trained = runs.filter(({ refused }) => refused === undefined);
  if (trained.length > 0) return of(trained);
  return runs.length > 0 ? 'refused' : '–';
}

function accuracy(runs) {
  const values = runs.map((run) => 100 * run.accuracy);
  const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return middle.toFixed(1);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return `${middle.toFixed(1)} ± ${Math.sqrt(squares / (values.length - 1)).toFixed(1)}`;
}

function mean(runs, key) {
  return runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
}

function percent(value) {
  const hundreds = 100 * value;
  return `${hundreds >= 99.5 ? hundreds.toFixed(0) : hundreds.toPrecision(2)} %`;
}

function digits(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}
