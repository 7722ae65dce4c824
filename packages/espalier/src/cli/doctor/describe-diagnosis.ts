import { bytes, integer } from '../format.js';
import { colors } from '../layout/colors.js';
import { entry } from '../layout/wrap.js';
import type { DatasetCheck } from './datasets.js';
import type { Diagnosis } from './diagnose.js';
import type { MachineFacts } from './machine.js';
import type { EngineCheck } from './probe-engine.js';

/** A diagnosis for the terminal. */
export function describeDiagnosis({ machine, engines, auto, native, datasets }: Diagnosis): string {
  return [
    ...machineLines(machine),
    '',
    colors.bold('engines'),
    ...engines.map((check) => line(check.works, nameOf(check), check.reason ?? 'trains')),
    auto.works ? `  auto picks ${nameOf(auto)}` : '  auto finds none',
    '',
    colors.bold('native packages'),
    ...native.map(({ name, state }) => line(state === 'built', name, state)),
    '',
    colors.bold('data sets'),
    ...datasets.map((check) => line(check.found, check.name, check.reason ?? examplesOf(check))),
  ].join('\n');
}

function machineLines(machine: MachineFacts): string[] {
  const { version, node, system, cpu, cores, memory, threads, wasmSimd } = machine;
  const facts: [term: string, text: string][] = [
    ['espalier', version],
    ['node', node],
    ['system', system],
    ['cpu', `${cpu}, ${cores === 1 ? '1 core' : `${cores} cores`}`],
    ['memory', `${bytes(memory.total)}, ${bytes(memory.free)} free`],
    ['threads', threads ? 'worker threads share memory' : 'worker threads do not share memory'],
    ['wasm', wasmSimd ? 'with SIMD' : 'without SIMD'],
  ];
  return facts.map(([term, text]) => entry(term, text, 0, 10));
}

function line(good: boolean, name: string, text: string): string {
  const mark = good ? colors.green('yes') : colors.red('no ');
  return `  ${mark}  ${entry(name, text, 7, Math.max(30, name.length + 9)).slice(7)}`;
}

function nameOf({ engine, backend }: EngineCheck): string {
  return backend === undefined ? engine : `${engine} (${backend})`;
}

function examplesOf({ examples = {} }: DatasetCheck): string {
  const sizes = Object.entries(examples).map(([split, size]) => `${integer(size)} ${split}`);
  return `${sizes.join(', ')} examples`;
}
