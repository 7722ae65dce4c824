import { formatConfig } from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

describe('a configuration as text', () => {
  it('has one line per key where that fits, else one per setting', () => {
    const config = {
      method: { use: 'ggr' },
      hook: null,
      trigger: {
        use: 'step-interval',
        updateInterval: null,
        updateBegin: 0,
        updateEnd: 0.75,
        updateAtStepZero: false,
      },
      regrow: [{ use: 'gradient' }, { use: 'random', share: 0.1 }],
      accumulate: 1,
    };
    const text = formatConfig(config);
    expect(text).toBe(
      [
        'method: { use: ggr }',
        'hook: null',
        'trigger:',
        '  use: step-interval',
        '  updateInterval: null',
        '  updateBegin: 0',
        '  updateEnd: 0.75',
        '  updateAtStepZero: false',
        'regrow: [ { use: gradient }, { use: random, share: 0.1 } ]',
        'accumulate: 1\n',
      ].join('\n'),
    );
    expect(parse(text)).toEqual(config);
  });

  it('writes what stands twice twice, and quotes what would read as something else', () => {
    const drop = { use: 'cosine' };
    const config = { rounds: [{ drop }, { drop }], topology: { use: 'no' }, weights: { use: '1' } };
    expect(formatConfig(config)).not.toMatch(/[&*]/);
    expect(parse(formatConfig(config))).toEqual(config);
  });
});
