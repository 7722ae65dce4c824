import { describeLayer } from '@espalier/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenCase } from '../../../test/support/golden.js';
import { type Linked, reachOf } from '../src/reach.js';
import { type GivenLayer, Hand, masked } from './support/observed.js';

const deadUnits = (...layers: readonly GivenLayer[]) =>
  new Hand({ observe: 'dead-units' }).start(layers).last;

it('agrees with the golden case dead-and-effective', () => {
  const { input, expected } = goldenCase('15_metrics', 'dead-and-effective');
  const last = deadUnits(masked('1', input.M1, []), masked('2', input.M2, ['1']));
  const effective = (matrix: number[][]) => matrix.flat().filter((each) => each !== 0).length;
  expect(last['effective-density']).toBeCloseTo(expected.effective / (9 + 6), 12);
  expect(last['effective-density-by-layer']).toEqual([
    expect.closeTo(effective(expected.effectiveM1) / 9, 12),
    expect.closeTo(effective(expected.effectiveM2) / 6, 12),
  ]);
  // Unit 1 has no input, unit 0 no output; of the last layer unit 1 hangs on the dead unit 1.
  expect(last).toMatchObject({ units: 3, 'units-by-layer': [2, 1], 'cut-layers': 0 });
});

describe('paths', () => {
  it('end where a layer is cut, and with it every layer is', () => {
    const layers = [
      masked(
        'a',
        [
          [1, 0],
          [0, 1],
        ],
        [],
      ),
      masked(
        'b',
        [
          [0, 0],
          [0, 0],
        ],
        ['a'],
      ),
      masked('c', [[1, 1]], ['b']),
    ];
    expect(deadUnits(...layers)).toMatchObject({
      'cut-layers': 3,
      'effective-density': 0,
      'units-by-layer': [2, 2, 1],
    });
  });

  it('go around a cut layer where an addition leads around it', () => {
    const layers = [
      masked(
        'a',
        [
          [1, 0],
          [0, 1],
        ],
        [],
      ),
      masked(
        'b',
        [
          [0, 0],
          [0, 0],
        ],
        ['a'],
      ),
      masked('c', [[1, 0]], ['b', 'a']),
    ];
    expect(deadUnits(...layers)).toMatchObject({ 'cut-layers': 1, 'units-by-layer': [1, 2, 0] });
  });

  it('pass flattened channels: input i comes from unit i modulo units', () => {
    const conv: GivenLayer = {
      description: { name: 'conv', kind: 'convolution', shape: [1, 1, 1, 2], sources: [] },
      active: [0, 1],
    };
    // Six inputs, of which 1, 3 and 5 are those of channel 1; none of them is read.
    expect(deadUnits(conv, masked('fc', [[0, 0, 1, 0, 1, 0]], ['conv']))).toMatchObject({
      'units-by-layer': [1, 0],
      'effective-density-by-layer': [0.5, 2 / 6],
    });
  });

  it('are those of each layer alone where sources are not known', () => {
    const [first, second] = [
      masked(
        '1',
        [
          [1, 0],
          [0, 0],
        ],
        [],
      ),
      masked('2', [[0, 1]], []),
    ];
    const { sources: _, ...blind } = second.description;
    expect(deadUnits(first, { ...second, description: blind })).toMatchObject({
      'units-by-layer': [1, 0],
      'cut-layers': 0,
    });
  });

  it('count no layers that are kept dense into the density', () => {
    const out = { ...masked('out', [[1, 1]], ['fc']), dense: true };
    expect(
      deadUnits(
        masked(
          'fc',
          [
            [1, 0],
            [0, 0],
          ],
          [],
        ),
        out,
      ),
    ).toMatchObject({
      'effective-density': 0.25,
      'effective-density-by-layer': [0.25, 0.5],
    });
  });
});

it('is what taking dead units away again and again arrives at', () => {
  const network = fc
    .record({
      widths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 5 }),
      bits: fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
      skips: fc.infiniteStream(fc.boolean()),
    })
    .map(({ widths, bits, skips }) => {
      const layers: Linked[] = [];
      for (const [i, units] of widths.slice(1).entries()) {
        const sources = i === 0 ? [] : [`${i - 1}`];
        // Where widths agree, what the layer before last gives may be added.
        if (i > 1 && widths[i - 1] === widths[i] && skips.next().value) sources.push(`${i - 2}`);
        const inputs = widths[i]!;
        const shape = describeLayer({ name: `${i}`, kind: 'dense', shape: [inputs, units], sources }, i);
        const active = Array.from({ length: inputs * units }, (_, p) => p).filter(
          () => bits.next().value === 0,
        );
        layers.push({ ...shape, active: Uint32Array.from(active) });
      }
      return layers;
    });
  fc.assert(
    fc.property(network, (layers) => {
      expect(reachOf(layers)).toEqual(byRemoval(layers));
    }),
  );
});

/** Takes away links of dead units until nothing changes. */
function byRemoval(layers: readonly Linked[]) {
  const links = layers.map(({ active, inputOf, unitOf }) =>
    [...active].map((position) => ({ input: inputOf(position), unit: unitOf(position) })),
  );
  const fed = (i: number, input: number) => {
    const sources = layers[i]!.sources!;
    return (
      sources.length === 0 || sources.some((name) => links[Number(name)]!.some(({ unit }) => unit === input))
    );
  };
  const read = (i: number, unit: number) => {
    const readers = layers.flatMap(({ sources }, k) => (sources!.includes(`${i}`) ? [k] : []));
    return readers.length === 0 || readers.some((k) => links[k]!.some(({ input }) => input === unit));
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [i, each] of links.entries()) {
      const left = each.filter(({ input, unit }) => fed(i, input) && read(i, unit));
      changed ||= left.length < each.length;
      links[i] = left;
    }
  }
  return layers.map(({ units }, i) => ({
    deadUnits: Array.from({ length: units }, (_, unit) => unit).filter(
      (unit) => !(links[i]!.some((link) => link.unit === unit) && read(i, unit)),
    ).length,
    effective: links[i]!.length,
  }));
}
