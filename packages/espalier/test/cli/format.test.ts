import { describe, expect, it } from 'vitest';
import { count, decimal, duration, integer, percent } from '../../src/cli/format.js';

describe('numbers for people', () => {
  it.each([
    [percent(0.831204), '83.12 %'],
    [percent(1), '100.00 %'],
    [percent(0), '0.00 %'],
    [percent(0.001), '0.10 %'],
    [percent(0.0000123), '0.0012 %'],
    [decimal(0.43249), '0.432'],
    [decimal(1.7713673e39), '1.77e+39'],
    [integer(266200), '266,200'],
    [count(1, 'step'), '1 step'],
    [count(0, 'step'), '0 steps'],
    [count(1234, 'step'), '1,234 steps'],
  ])('%s is %s', (text, expected) => {
    expect(text).toBe(expected);
  });

  it.each([
    [0, '0.0 s'],
    [4.16, '4.2 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 00 s'],
    [185.4, '3 min 05 s'],
    [3599.4, '59 min 59 s'],
    [3599.6, '1 h 00 min'],
    [7640, '2 h 07 min'],
  ])('%s seconds are %s', (seconds, expected) => {
    expect(duration(seconds)).toBe(expected);
  });
});
