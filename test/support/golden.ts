import { readFileSync } from 'node:fs';

/** One case of a golden file: vectors computed outside this project, see test/golden/README.md. */
export interface GoldenCase {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: each file has its own form.
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: each file has its own form.
  readonly expected: any;
}

/** Reads a golden file by its number and name, e.g. `01_apportion`. */
export function golden(name: string): readonly GoldenCase[] {
  const file = new URL(`../golden/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).cases;
}

/** One case of a golden file. */
export function goldenCase(name: string, id: string): GoldenCase {
  const found = golden(name).find((c) => c.id === id);
  if (found === undefined) throw new TypeError(`${name} has no case "${id}".`);
  return found;
}
