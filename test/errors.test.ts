import { readFileSync } from 'node:fs';
import { ERROR_CODES } from '@espalier/core';
import { describe, expect, it } from 'vitest';

const documented = [
  ...readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8').matchAll(/^### (\S+)$/gm),
].map(([, code]) => code!);

describe('the error reference', () => {
  it('describes every code once, in alphabetical order, and no other', () => {
    expect(documented).toEqual(Object.keys(ERROR_CODES).sort());
  });

  it('has the table in the same order', () => {
    expect(Object.keys(ERROR_CODES)).toEqual(Object.keys(ERROR_CODES).sort());
  });
});
