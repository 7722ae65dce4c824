import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import type { Outcome } from './command.js';

/** Runs what must be refused; gives the message, having made sure that it is one and that nothing was written. */
export async function refusal(directory: string, run: Promise<Outcome>): Promise<string> {
  const before = readdirSync(directory, { recursive: true }).sort();
  const { code, stdout, stderr } = await run;
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^espalier: /);
  expect(stderr).not.toContain('unexpected');
  expect(stderr).not.toMatch(/^\s+at |file:\/\/|node:/m);
  expect(readdirSync(directory, { recursive: true }).sort()).toEqual(before);
  return stderr;
}
