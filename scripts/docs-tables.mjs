// Fills the tables that the documents draw from the registry and from the measurements, between
// `<!-- table: NAME ARGUMENT -->` and `<!-- end of table -->`. With --check nothing is written and stale documents are
// named.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expandRecipe, Registry } from '@espalier/core';
import { comparisonTables } from './comparison-tables.mjs';
import { PERFORMANCE_TABLES } from './performance-tables.mjs';
import { redistribution } from './redistribution-table.mjs';

const docs = fileURLToPath(new URL('../docs', import.meta.url));
const check = process.argv.includes('--check');
const BLOCK = /<!-- table: (\w+)(?: (\S+))? -->\n[\s\S]*?<!-- end of table -->/g;
const built = (file) => import(new URL(`../packages/espalier/dist/${file}`, import.meta.url));
const { FIRST_PARTY } = await built('plugins/first-party.js');
const { ENGINE_NAMES, loadEngine } = await built('engines/engines.js');
const registry = new Registry();
for (const plugin of FIRST_PARTY) registry.add(await plugin.load());
const measured = JSON.parse(readFileSync(`${docs}/../benchmarks/results/methods.json`, 'utf8'));

const engines = Object.fromEntries(
  await Promise.all(
    ENGINE_NAMES.filter((name) => name !== 'auto').map(async (name) => {
      const plain = await loadEngine(name, { denseMomentum: name !== 'sparse' });
      const allowed = await loadEngine(name, { denseMomentum: true, denseState: 'allow' });
      return [name, { plain: plain.signals, allowed: allowed.signals }];
    }),
  ),
);
const TABLES = {
  ...{ strategies, options, recipe, accuracy, densities, redistribution },
  ...PERFORMANCE_TABLES,
  ...comparisonTables(registry, engines),
};

const ROW_ORDER = [
  'allocate',
  'topology',
  'weights',
  'trigger',
  'drop',
  'densitySchedule',
  'prune',
  'pruneQuota',
  'redistribute',
  'regrow',
  'grownValue',
  'hook',
  'structure',
  'backward',
  'order',
  'regrowPruned',
  'skipOptimizerStep',
  'slots',
  'minDensity',
  'accumulate',
];
const FEW_HAVE = ['structure', 'backward'];

let stale = 0;
for (const name of readdirSync(docs, { recursive: true })) {
  if (!name.endsWith('.md') || name.startsWith('site/')) continue;
  const text = readFileSync(`${docs}/${name}`, 'utf8');
  const fresh = text.replace(BLOCK, (_, table, argument) => {
    const head = argument === undefined ? table : `${table} ${argument}`;
    return `<!-- table: ${head} -->\n\n${TABLES[table](argument)}\n\n<!-- end of table -->`;
  });
  if (fresh === text) continue;
  stale++;
  if (check) console.error(`docs/${name} has stale tables; run pnpm docs:tables`);
  else writeFileSync(`${docs}/${name}`, fresh);
}
process.exitCode = check && stale > 0 ? 1 : 0;

/** Every strategy of a slot with its options. */
function strategies(slot) {
  return registry
    .strategies(slot)
    .map(({ name, defaults, about }) => {
      const source = about.paper === undefined ? '' : ` ${linkPaper(about.paper)}.`;
      const rows = optionRows(defaults, about);
      return [`**\`${name}\`**: ${about.summary}${source}`, ...(rows.length > 0 ? ['', ...rows] : [])].join(
        '\n',
      );
    })
    .join('\n\n');
}

/** The options of a method. */
function options(method) {
  const { defaults, about } = registry.method(method);
  return optionRows(defaults, about).join('\n');
}

function optionRows(defaults, about) {
  const rows = Object.entries(defaults);
  if (rows.length === 0) return [];
  return [
    '| option | default | meaning |',
    '| --- | --- | --- |',
    ...rows.map(
      ([name, value]) => `| \`${name}\` | \`${JSON.stringify(value)}\` | ${about.options?.[name] ?? ''} |`,
    ),
  ];
}

/** What a method puts into every slot and switch; what its rounds have in common stands once. */
function recipe(method) {
  const { rounds, ...rest } = expandRecipe(registry, method);
  const shown = rounds.map(({ regrow, ...round }) => ({
    ...Object.fromEntries(Object.entries(round).map(([key, value]) => [key, show(value)])),
    regrow: regrow.map(regrowEntry).join('<br>'),
  }));
  const cell = (key) => {
    if (!(key in shown[0])) return show(rest[key]);
    const cells = shown.map((round) => round[key]);
    if (cells.every((text) => text === cells[0])) return cells[0];
    return cells.map((text, i) => `round ${i + 1}: ${text}`).join('<br>');
  };
  const rows = ROW_ORDER.filter((key) => !(FEW_HAVE.includes(key) && rest[key] === null));
  const head = ['| slot or switch | choice |', '| --- | --- |'];
  return [...head, ...rows.map((key) => `| \`${key}\` | ${cell(key)} |`)].join('\n');
}

function regrowEntry({ choice, share, spread }, index) {
  return show(choice) + (index === 0 ? '' : `, share ${share}, ${spread}`);
}

function show(value) {
  if (value === null) return 'none';
  if (typeof value !== 'object') return `\`${value}\``;
  const { use, ...given } = value;
  const set = Object.entries(given).map(([name, option]) => `${name}: ${JSON.stringify(option)}`);
  return `\`${use}\`${set.length > 0 ? ` (${set.join(', ')})` : ''}`;
}

/** Test accuracies of every measured method. */
function accuracy() {
  const rows = Object.entries(measured.methods).map(([name, { accuracies, topologyUpdates }]) => {
    const mean = accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length;
    const spread = Math.sqrt(
      accuracies.reduce((sum, a) => sum + (a - mean) ** 2, 0) / (accuracies.length - 1),
    );
    const all = accuracies.map((a) => (a * 100).toFixed(1)).join(', ');
    return `| \`${name}\` | ${(mean * 100).toFixed(1)} ± ${(spread * 100).toFixed(1)} | ${all} | ${topologyUpdates} |`;
  });
  return [
    `| method | test accuracy, % | seeds ${measured.seeds.join(', ')} | updates |`,
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `Made by \`${measured.command}\` for each method and seed, ${enginesOf(Object.entries(measured.methods))}; mean ± sample standard deviation.`,
  ].join('\n');
}

/** Which engine trained: that of the most, and the methods that another one trained. */
function enginesOf(methods) {
  const usual = methods[0][1].engine;
  const others = methods.filter(([, { engine }]) => engine !== usual);
  const apart = others.map(([name, { engine }]) => `, \`${name}\` on \`${engine}\``);
  return `on the engine \`${usual}\`${apart.join('')}`;
}

/** Where the weights of a method are at the start and at the end, first seed. */
function densities(method) {
  const percent = (n, size) => `${((n / size) * 100).toFixed(1)} %`;
  return [
    '| layer | size | non-zeros at the start | at the end |',
    '| --- | --- | --- | --- |',
    ...measured.methods[method].layers.map(
      ({ name, size, nonZerosStart, nonZerosEnd }) =>
        `| \`${name}\` | ${size} | ${nonZerosStart} (${percent(nonZerosStart, size)}) | ${nonZerosEnd} (${percent(nonZerosEnd, size)}) |`,
    ),
  ].join('\n');
}

function linkPaper(paper) {
  return paper.replace(/arXiv (\d{4}\.\d{4,5})/g, '[arXiv $1](https://arxiv.org/abs/$1)');
}
