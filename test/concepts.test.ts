import { readFileSync } from 'node:fs';
import { Registry, type Slot } from '@espalier/core';
import { expect, it } from 'vitest';
import { FIRST_PARTY } from '../packages/espalier/src/plugins/first-party.js';

const text = readFileSync(new URL('../docs/concepts.md', import.meta.url), 'utf8');
const registry = new Registry();
for (const plugin of FIRST_PARTY) registry.add(await plugin.load());
const cells = (line: string) => line.split('|').slice(1, -1);
const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
/** The rows of the table that begins with a head. */
const rows = (head: string) => {
  const lines = text
    .slice(text.indexOf(`| ${head} |`))
    .split('\n\n', 1)[0]!
    .split('\n');
  return lines.slice(2).map(cells);
};

it('the guide to the slots names every strategy that is registered', () => {
  for (const [slot, , choices] of rows('slot')) {
    const registered = registry.strategies(names(slot!)[0] as Slot).map(({ name }) => name);
    expect(names(choices!).sort(), slot).toEqual(registered.sort());
  }
  const slots = new Set(rows('slot').map(([slot]) => names(slot!)[0]));
  for (const { slot } of registry.strategies()) expect(slots).toContain(slot);
});

it('the guide lists every method', () => {
  const listed = rows('method').flatMap(([name]) => names(name!));
  expect(listed.sort()).toEqual(
    registry
      .methods()
      .map(({ name }) => name)
      .sort(),
  );
});
