// Fills the tables that the documents draw from the registry and from the measurements, between
// `<!-- table: NAME ARGUMENT -->` and `<!-- end of table -->`. With --check nothing is written and stale documents are
// named.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expandRecipe, Registry } from '@espalier/core';
import ggr from '@espalier/plugin-ggr';
import rigl from '@espalier/plugin-rigl';
import set from '@espalier/plugin-set';
import standard from '@espalier/plugin-standard';
import { PERFORMANCE_TABLES } from './performance-tables.mjs';

const docs = fileURLToPath(new URL('../docs', import.meta.url));
const check = process.argv.includes('--check');
const BLOCK = /<!-- table: (\w+)(?: (\S+))? -->\n[\s\S]*?<!-- end of table -->/g;
const registry = new Registry().add(standard).add(set).add(rigl).add(ggr);
const measured = JSON.parse(readFileSync(`${docs}/../benchmarks/results/methods.json`, 'utf8'));

const TABLES = { strategies, options, recipe, accuracy, densities, ...PERFORMANCE_TABLES };

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

/** What a method puts into every slot and switch. */
function recipe(method) {
  const { rounds, method: _, ...rest } = expandRecipe(registry, method);
  const { regrow, ...round } = rounds[0];
  const rows = { ...rest, ...round, regrow: regrow.map(regrowEntry).join('<br>') };
  const order = [
    'allocate',
    'topology',
    'weights',
    'trigger',
    'drop',
    'densitySchedule',
    'prune',
    'pruneQuota',
  ];
  order.push(
    'redistribute',
    'regrow',
    'grownValue',
    'hook',
    'order',
    'regrowPruned',
    'skipOptimizerStep',
    'slots',
  );
  order.push('minDensity', 'accumulate');
  const head = ['| slot or switch | choice |', '| --- | --- |'];
  return [...head, ...order.map((key) => `| \`${key}\` | ${show(rows[key], key)} |`)].join('\n');
}

function regrowEntry({ choice, share, spread }, index) {
  return show(choice) + (index === 0 ? '' : `, share ${share}, ${spread}`);
}

function show(value, key) {
  if (key === 'regrow') return value;
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
    `Made by \`${measured.command}\` for each method and seed, on the engine \`${measured.engine.name}\`; mean ± sample standard deviation.`,
  ].join('\n');
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
