import type { MachineFacts } from '../doctor/machine.js';
import { count, integer, percent } from '../format.js';
import { colors } from '../layout/colors.js';
import { table } from '../layout/table.js';
import type { Crossover } from './crossover.js';
import type { NetworkBench, StepTime } from './measure.js';

/** What `espalier bench` found out. */
export interface Bench {
  readonly machine: MachineFacts;
  readonly networks: readonly NetworkBench[];
}

/** A table per network for the terminal: engines by densities, in milliseconds. */
export function describeBench({ machine, networks }: Bench): string {
  const { cpu, cores, node } = machine;
  return [
    `${cpu}, ${count(cores, 'core')}, node ${node}; median milliseconds of a training step`,
    ...networks.map(describeNetwork),
  ].join('\n\n');
}

function describeNetwork({ network, weights, batchSize, steps, crossover }: NetworkBench): string {
  const densities = [...new Set(steps.map(({ density }) => density))].reverse();
  const names = [...new Set(steps.map(nameOf))];
  const rows = names.map((name) => {
    const own = steps.filter((step) => nameOf(step) === name);
    return [name, ...densities.map((at) => milliseconds(own.find(({ density }) => density === at)))];
  });
  const titles = [{ title: 'density', text: true }, ...densities.map((at) => ({ title: share(at) }))];
  const masked = names.find((name) => name.startsWith('tfjs'))!;
  return [
    `${colors.bold(network)}, ${integer(weights)} weights, batches of ${integer(batchSize)}`,
    table(titles, rows),
    verdict(crossover, masked),
  ].join('\n');
}

function verdict(crossover: Crossover, masked: string): string {
  if ('sparseBelow' in crossover) {
    return `sparse is faster than ${masked} below a density of about ${percent(crossover.sparseBelow)}`;
  }
  const [winner, other] = crossover.faster === 'sparse' ? ['sparse', masked] : [masked, 'sparse'];
  return `${winner} is faster than ${other} at every density measured`;
}

function nameOf({ engine, backend, threads }: StepTime): string {
  return engine === 'tfjs' ? `tfjs (${backend})` : `${engine}, ${count(threads, 'thread')}`;
}

function share(density: number): string {
  return `${Number((100 * density).toPrecision(3))} %`;
}

function milliseconds(step: StepTime | undefined): string {
  if (step === undefined) return '';
  return step.milliseconds >= 100 ? step.milliseconds.toFixed(0) : step.milliseconds.toPrecision(3);
}
