import { join } from 'node:path';
import { buildReport, isReport, loadRun } from '@espalier/report';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { parsePage, tableOf } from './support/page.js';
import { temporaryDirectory } from './support/temporary.js';
import { LAYERS, type MadeRun, somePositions, UPDATES, writeRun } from './support/write-run.js';

/** Runs that are made up, loaded. */
function made(...runs: readonly MadeRun[]) {
  const directory = temporaryDirectory();
  return runs.map((run, i) => loadRun(writeRun(join(directory, `run${i}`), run)));
}

const REWIRED: MadeRun = { updates: UPDATES };
const DENSE: MadeRun = {
  method: 'dense',
  density: 1,
  layers: LAYERS.map((layer) => ({
    ...layer,
    active: Array.from({ length: layer.shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  })),
};

describe('every report', () => {
  const deep = Array.from({ length: 50 }, (_, i) => ({
    name: `block_${i}/conv/kernel`,
    shape: [3, 3, 4, 4],
    active: somePositions(144, 30, i),
  }));
  const cases: Readonly<Record<string, readonly MadeRun[]>> = {
    'one rewired run': [REWIRED],
    'a dense run': [DENSE],
    'a static run': [{ method: 'static' }],
    'a run of one step': [{ steps: 1 }],
    'a run that failed before its first step ended': [{ outcome: 'failed', steps: 0 }],
    'a run that was stopped': [{ ...REWIRED, outcome: 'stopped' }],
    'a regression': [{ ...REWIRED, accuracy: null }],
    'an image input': [{ ...REWIRED, inputShape: [2, 2, 1] }],
    'a convolution of fifty layers': [
      { layers: deep, updates: [deep.map(() => ({ pruned: [], grown: [] }))] },
    ],
    'all layers kept dense': [{ layers: DENSE.layers!.map((layer) => ({ ...layer, dense: true })) }],
    'a run that was measured': [
      {
        ...REWIRED,
        metrics: {
          depth: (step) => step,
          'depth-by-layer': (step) => [step, -1],
          'three-of-two-layers': () => [1, 2, 3],
        },
      },
    ],
    'several seeds of several methods': [
      DENSE,
      { ...REWIRED, seed: 1 },
      { ...REWIRED, seed: 2, accuracy: 0.6 },
      { method: 'static', warning: 'look' },
    ],
  };

  it.each(Object.entries(cases))('is a whole page for %s', (_, runs) => {
    const page = buildReport(made(...runs));
    expect(isReport(page)).toBe(true);
    const document = parsePage(page);
    expect(document.querySelectorAll('h1')).toHaveLength(1);
    for (const picture of document.querySelectorAll('svg')) {
      if (picture.getAttribute('aria-hidden') === 'true') continue;
      expect(picture.getAttribute('role')).toBe('img');
      expect(picture.querySelector('title')?.textContent).not.toBe('');
      expect(picture.querySelector('desc')?.textContent).toMatch(/\.$/);
      expect(picture.getAttribute('viewBox')).toMatch(/^0 0 \d+ \d+$/);
    }
    for (const figure of document.querySelectorAll('figure')) {
      expect(figure.querySelector('figcaption h3, figcaption p')).not.toBeNull();
      expect(figure.querySelectorAll('details table th[scope="row"]').length).toBeGreaterThan(0);
    }
    for (const table of document.querySelectorAll('table')) {
      const widths = [...table.querySelectorAll('tr')].map((row) => row.children.length);
      expect(new Set(widths).size, table.querySelector('caption')?.textContent ?? '').toBe(1);
    }
    expect(page.match(/.{0,40}(NaN|undefined|Infinity|\[object).{0,40}/g)).toBeNull();
  });

  it.each(Object.entries(cases))('needs nothing but itself for %s', (_, runs) => {
    const page = buildReport(made(...runs));
    const document = parsePage(page);
    expect(document.querySelectorAll('script, link:not([href="data:,"]), iframe, [onload]')).toHaveLength(0);
    for (const element of document.querySelectorAll('[href], [src]')) {
      expect(element.getAttribute('href') ?? element.getAttribute('src')).toMatch(/^data:/);
    }
    expect(page.match(/.{0,40}(https?:|url\(|@import).{0,40}/g)).toBeNull();
  });

  it('is the same for the same runs', () => {
    const runs = made(REWIRED, DENSE);
    expect(buildReport(runs)).toBe(buildReport(runs));
  });
});

describe('the headline', () => {
  const sentences = (page: string) =>
    [...parsePage(page).querySelectorAll('header p')].map((p) =>
      (p.textContent ?? '').replaceAll('\u00a0', ' '),
    );

  it('says what one run came to', () => {
    expect(sentences(buildReport(made(REWIRED)))[0]).toMatch(
      /^made trained mlp on synthetic with 15 of 30 weights \(density 50\.00 %\), rewired 2 times, in .* on reference \(float64\)\. Its accuracy on the test split is 80\.00 %\.$/,
    );
  });

  it('says so where a run did not come to its end', () => {
    const [, stopped] = sentences(buildReport(made({ outcome: 'stopped' })));
    expect(stopped).toMatch(/run0 was stopped after 10 of 20 steps/);
  });

  it('orders several by accuracy and warns of single runs', () => {
    const runs = made({ method: 'a', accuracy: 0.7 }, { method: 'b', accuracy: 0.9 });
    expect(sentences(buildReport(runs))).toEqual([
      'Test accuracy: b 90.00 % and a 70.00 %.',
      expect.stringMatching(/^With one run of a configuration/),
    ]);
  });

  it('orders regressions by loss', () => {
    const runs = made({ method: 'a', accuracy: null, loss: 3 }, { method: 'b', accuracy: null, loss: 0.25 });
    expect(sentences(buildReport(runs))[0]).toBe('Test loss: b 0.2500 and a 3.');
  });
});

describe('groups', () => {
  const labels = (page: string) =>
    tableOf(page, /^Results/)
      .slice(1)
      .map(([label]) => label);

  it('put seeds together as mean and deviation', () => {
    const seeds = [0.7, 0.8, 0.9].map((accuracy, seed) => ({ ...REWIRED, seed, accuracy }));
    const [head, row] = tableOf(buildReport(made(...seeds)), /^Results, mean ± deviation/);
    expect(row![head!.indexOf('runs')]).toBe('3');
    expect(row![head!.indexOf('test accuracy')]).toBe('80.00 ± 10.00 %');
    expect(row![head!.indexOf('non-zeros')]).toBe('15');
  });

  it('are named by what tells them apart', () => {
    const page = buildReport(
      made(
        { method: 'rigl', config: { train: { epochs: 3 } } },
        { method: 'rigl', config: { train: { epochs: 3 }, optimizer: { use: 'adam' } } },
        { method: 'set' },
      ),
    );
    expect(labels(page)[0]).toMatch(/^rigl, .*optimizer sgd/);
    expect(labels(page)[1]).toMatch(/^rigl, .*optimizer adam/);
    expect(labels(page)[1]).not.toContain('epochs');
    expect(labels(page)[2]).toBe('set');
  });

  it('refuse different networks with one sentence about the first difference', () => {
    const other = LAYERS.map((layer, i) => (i === 0 ? layer : { ...layer, shape: [5, 3] }));
    const runs = made({}, { layers: other });
    expect(() => buildReport(runs)).toThrow(
      /^\[ESPALIER_RUNS_DIFFER\] .*run0 \(mlp\) and .*run1 \(mlp\).*fc2\/kernel \[5, 2\] and fc2\/kernel \[5, 3\]/,
    );
    const deeper = made({}, { layers: [...LAYERS, { name: 'fc3/kernel', shape: [2, 2], active: [0] }] });
    expect(() => buildReport(deeper)).toThrow('2 layers and 3');
  });

  it('need a run', () => {
    expect(() => buildReport([])).toThrow(TypeError);
  });
});

describe('the figures', () => {
  const page = () => buildReport(made({ ...REWIRED, inputShape: [2, 2, 1] }));

  it('show survival, exploration and overlap as the log has them', () => {
    expect(tableOf(page(), 'Survival of the first connections').slice(1)).toEqual([
      ['0', '100.00 %'],
      ['4', '80.00 %'],
      ['8', '73.33 %'],
      ['20', '73.33 %'],
    ]);
    expect(tableOf(page(), 'Exploration rate').at(-1)).toEqual(['20', '66.67 %']);
    expect(tableOf(page(), 'Overlap between updates').slice(1)).toEqual([
      ['4', '85.71 %'],
      ['8', '85.71 %'],
    ]);
  });

  it('show the density of each layer', () => {
    expect(tableOf(page(), /^Density by layer/)).toEqual([
      ['layer', 'step 0', 'step 4', 'step 8', 'step 20'],
      ['fc1/kernel', '50.00 %', '55.00 %', '50.00 %', '50.00 %'],
      ['fc2/kernel', '50.00 %', '40.00 %', '50.00 %', '50.00 %'],
    ]);
  });

  it('show how the budget moved', () => {
    expect(tableOf(page(), /^Active weights by layer/).slice(1)).toEqual([
      ['fc1/kernel', '10', '11', '10', '0'],
      ['fc2/kernel', '5', '4', '5', '0'],
    ]);
  });

  it('show the first layer over the input', () => {
    const document = parsePage(page());
    const [first] = [...document.querySelectorAll('svg.raster')].filter((picture) =>
      picture.querySelector('title')?.textContent?.startsWith('First layer'),
    );
    const address = first!.querySelector('image')!.getAttribute('href')!;
    const { width, height, data, palette } = decode(Buffer.from(address.split(',')[1]!, 'base64'));
    expect([width, height]).toEqual([2, 2]);
    // At the start the pixels have 3, 2, 3 and 2 connections: the strongest colour stands for the most.
    const [a, b, c, d] = [...data].map((cell) => palette![cell]!.at(-1)!) as [number, number, number, number];
    expect(a).toBe(c);
    expect(b).toBe(d);
    expect(a).toBeGreaterThan(b);
    expect(b).toBeGreaterThan(0);
  });

  it('keep a mask of full colour visible', () => {
    const document = parsePage(page());
    const masks = [...document.querySelectorAll('svg.raster')].filter((picture) =>
      picture.querySelector('title')?.textContent?.startsWith('Mask of fc1'),
    );
    const opacities = masks.map((mask) => {
      const png = mask.querySelector('image')!.getAttribute('href')!.split(',')[1]!;
      const { data, palette } = decode(Buffer.from(png, 'base64'));
      return [...data].filter((cell) => palette![cell]!.at(-1)! > 200).length;
    });
    expect(opacities).toEqual([10, 10]);
    expect(tableOf(page(), 'Connections of every mask').slice(1, 3)).toEqual([
      ['fc1/kernel', 'made', 'start', '10', '0'],
      ['fc1/kernel', 'made', 'end', '8', '2'],
    ]);
  });

  it('show the moments that are asked for', () => {
    const runs = made(REWIRED, { method: 'static' });
    const shown = tableOf(buildReport(runs, { updates: [1] }), 'The first layer at each moment');
    expect(shown.slice(1).map(([, moment]) => moment)).toEqual(['after update 1', 'start']);
    expect(() => buildReport(runs, { updates: [0, 3] })).toThrow(
      /^\[ESPALIER_INVALID_OPTION\] .*run0 has the topology after 0 to 2 updates, not after 3\.$/,
    );
    expect(() => buildReport(runs, { updates: [0.5] })).toThrow('not after 0.5');
  });

  it('show what observers measured: over steps, and by layer at the end', () => {
    const metrics: MadeRun['metrics'] = {
      'heat-loss': (step) => step / 2,
      'heat-loss-by-layer': (step) => [step, 7],
    };
    const page = buildReport(
      made({ ...REWIRED, metrics }, { ...REWIRED, metrics, seed: 1 }, { method: 'static' }),
    );
    const chart = tableOf(page, 'gauge: heat loss');
    expect(chart[0]).toEqual(['step', 'made']);
    expect(chart.at(-1)).toEqual(['19', '9.500']);
    expect(tableOf(page, 'By layer at the end, measured by the observer gauge')).toEqual([
      ['layer', 'heat loss, made'],
      ['fc1/kernel', '19'],
      ['fc2/kernel', '7'],
    ]);
    expect(buildReport(made(REWIRED))).not.toContain('<h2>Metrics</h2>');
  });

  it('compare the topologies of runs at the end', () => {
    const page = buildReport(made({ method: 'static' }, REWIRED, { ...REWIRED, seed: 1 }));
    // 8 of 10 first connections of the first layer and 3 of 5 of the second are active at the end.
    expect(tableOf(page, 'Overlap of the topologies at the end')).toEqual([
      ['', 'static', 'made, seed 0', 'made, seed 1'],
      ['static', '', '73.33 % (50.00 %)', '73.33 % (50.00 %)'],
      ['made, seed 0', '73.33 % (50.00 %)', '', '100.00 % (50.00 %)'],
      ['made, seed 1', '73.33 % (50.00 %)', '100.00 % (50.00 %)', ''],
    ]);
    expect(buildReport(made(REWIRED))).not.toContain('How alike');
  });

  it('say the time of each phase, or that it is not known', () => {
    const [run] = made(REWIRED);
    expect(tableOf(buildReport([run!]), /^Time per phase/)[0]).toContain('topology updates');
    const { total, stepMedian, topologyUpdateMedian } = run!.summary.seconds;
    const older = { ...run!.summary, seconds: { total, stepMedian, topologyUpdateMedian } };
    expect(buildReport([{ ...run!, summary: older }])).toContain('The time of each phase was not recorded.');
  });

  it('show warnings, recipe and command', () => {
    const [run] = made({ ...REWIRED, warning: 'mind this', command: "espalier train --set 'a=b c'" });
    const text = parsePage(buildReport([run!])).body.textContent!;
    expect(text).toContain('mind this');
    expect(text).toContain("espalier train --set 'a=b c'");
    expect(text).toContain('regrowPruned: restart');
    expect(text).toContain(run!.configText);
  });
});

describe('hostile names', () => {
  const NASTY = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    ']]></style></svg><script>alert(2)</script>',
    '</title></desc></pre><iframe src="https://example.org">',
    'javascript:alert(3) {{x}} &lt;b&gt; &amp',
  ];

  it.each(NASTY)('are shown and never obeyed: %s', (name) => {
    const layers = LAYERS.map((layer, i) => ({ ...layer, name: `${i}${name}/kernel` }));
    const hostile: MadeRun = {
      ...REWIRED,
      method: name,
      architecture: name,
      data: name,
      command: name,
      warning: name,
      layers,
      config: { method: { use: name, [name]: name } },
    };
    const page = buildReport(made(hostile, { ...hostile, config: { method: { use: name, [name]: 1 } } }));
    const document = parsePage(page);
    expect(document.querySelectorAll('script, iframe, img, [onload], [onerror]')).toHaveLength(0);
    expect(document.querySelectorAll('main')).toHaveLength(1);
    expect(document.querySelector('h1')!.textContent).toContain(name);
    expect(tableOf(page, /^Results/)[1]![0]).toContain(name);
    for (const picture of document.querySelectorAll('svg[role="img"]')) {
      expect(picture.querySelectorAll('title, desc')).toHaveLength(2);
    }
  });

  it('may not hold control characters or turn the direction of text', () => {
    const page = buildReport(made({ ...REWIRED, method: 'a\u0000b\u202ec\u001b[31m' }));
    expect(page).toContain('a\ufffdb\ufffdc\ufffd[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(page).not.toMatch(/[\u0000-\u0008\u001b\u202e]/);
  });
});
