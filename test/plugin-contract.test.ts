import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readPackages } from './support/packages.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const plugins = readPackages().filter(({ folder }) => folder.startsWith('plugins/'));

it.each(plugins.map(({ folder }) => folder))('%s is held to the contract', (folder) => {
  const file = `${root}/${folder}/test/conformance.test.ts`;
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain('describePlugin(plugin');
});
