import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The machine that measured, as far as it matters for comparing figures. */
function machine() {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Where a program's measurement is kept. */
export function resultPath(name: string): string {
  return fileURLToPath(new URL(`../results/${name}.json`, import.meta.url));
}

/**
 * Writes a measurement, and prints it unless told otherwise.
 * @param name - of the program, which is also the command that repeats it
 */
export function writeResult(name: string, figures: object, { print = true } = {}): void {
  const result = {
    command: `pnpm bench ${name}`,
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    ...figures,
  };
  const path = resultPath(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  if (print) console.log(JSON.stringify(result, null, 2));
}

/** The median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
