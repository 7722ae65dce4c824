import { readFileSync } from 'node:fs';
import { shareDistance } from '@espalier/core';

const { command, seeds, starts, runs } = JSON.parse(
  readFileSync(new URL('../benchmarks/results/redistribution.json', import.meta.url), 'utf8'),
);

/** Accuracies of every redistributor from every start, and how far apart the starts were and the ends are. */
export function redistribution() {
  const rows = Object.entries(runs).map(([name, byStart]) => {
    const apart = (when) => furthest(starts.map((start) => byStart[start][when])).toFixed(2);
    const accuracies = starts.map((start) => meanAndSpread(byStart[start].accuracies));
    return `| \`${name}\` | ${accuracies.join(' | ')} | ${apart('nonZerosStart')} | ${apart('nonZerosEnd')} |`;
  });
  const from = starts.map((start) => `from \`${start}\``);
  return [
    `| redistributor | ${from.join(' | ')} | starts apart | ends apart |`,
    `| --- |${' --- |'.repeat(starts.length + 2)}`,
    ...rows,
    '',
    `Test accuracy in %, mean ± sample standard deviation over the seeds ${seeds.join(', ')}; made by \`${command}\`. *Apart*: the largest share of the budget by which two allocations differ, of those from the first seed.`,
  ].join('\n');
}

function furthest(allocations) {
  const pairs = allocations.flatMap((a, i) => allocations.slice(i + 1).map((b) => shareDistance(a, b)));
  return Math.max(...pairs);
}

/** In percent. */
function meanAndSpread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return `${(mean * 100).toFixed(1)} ± ${(Math.sqrt(variance) * 100).toFixed(1)}`;
}
