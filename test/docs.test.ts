import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfigFile } from '@espalier/runs';
import { createTrainer, type RunConfig } from 'espalier';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const markdown = (folder: string, recursive: boolean) =>
  readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('site/'))
    .map((name) => join(folder, name));
const packages = ['packages', 'plugins'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => join(folder, name)),
);
const guides = markdown('docs', true);
const documents = [
  ...markdown('.', false),
  ...guides,
  ...packages.flatMap((folder) => markdown(folder, false)),
];
const read = (document: string) => readFileSync(join(root, document), 'utf8');
const withoutCode = (text: string) => text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** What a heading is linked by. */
const slug = (heading: string) =>
  heading
    .replaceAll(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
const anchors = (document: string) =>
  [...read(document).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => slug(heading!));

describe('links', () => {
  it.each(documents)('of %s lead somewhere', (document) => {
    const links = [...withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
    for (const link of links.filter((target) => !/^[a-z]+:/.test(target))) {
      const [path, anchor] = link.split('#');
      const file = path === '' ? document : join(dirname(document), path!);
      expect(existsSync(join(root, file)), link).toBe(true);
      if (anchor !== undefined) expect(anchors(file), link).toContain(anchor);
    }
  });
});

describe('the site', () => {
  const { projectDocuments, entryPoints } = JSON.parse(read('typedoc.json')) as Readonly<
    Record<'projectDocuments' | 'entryPoints', string[]>
  >;
  const children = (document: string): string[] => {
    const listed = /^---\n[\s\S]*?children:\n((?: {2}- .*\n)+)/.exec(read(document))?.[1] ?? '';
    return [...listed.matchAll(/- (.*)/g)].map(([, child]) => join(dirname(document), child!));
  };

  it('has every guide', () => {
    const reached = projectDocuments.flatMap((document) => [document, ...children(document)]);
    expect(reached.sort()).toEqual([...guides].sort());
  });

  it.each(guides)('%s has a title', (document) => {
    expect(read(document)).toMatch(/^---\ntitle: \S/);
  });

  it('has a page for every package', () => {
    expect([...entryPoints].sort()).toEqual([...packages].sort());
    for (const folder of packages) expect(existsSync(join(root, folder, 'README.md')), folder).toBe(true);
  });
});

describe('code', () => {
  it.each(guides.filter((document) => /docs\/(guides|methods)\//.test(document)))(
    'of %s is run somewhere',
    (document) => {
      for (const [block, before] of read(document).matchAll(/^(.*)\n```(?:ts|yaml)\n/gm)) {
        expect(before, block).toMatch(/^<!-- example: \S+ -->$/);
      }
    },
  );

  it('and tables are as the sources have them', () => {
    const run = () => execFileSync(process.execPath, [join(root, 'scripts/docs-tables.mjs'), '--check']);
    expect(run).not.toThrow();
  });
});

describe('run files', () => {
  const folder = join(root, 'examples/run-files');

  it.each(readdirSync(folder))('%s trains', async (name) => {
    const config = (await loadConfigFile(resolve(folder, name))) as RunConfig;
    const trainer = await createTrainer({
      ...config,
      baseDirectory: folder,
      engine: 'reference',
      data: { use: 'synthetic', inputShape: [12], classes: 4, train: 160, test: 40 },
      architecture: { use: 'mlp', layers: [12, 20, 4] },
      sparsity: { density: 0.4 },
      train: { epochs: 10, batchSize: 16 },
    });
    const { topologyUpdates } = await trainer.run();
    expect(topologyUpdates).toBeGreaterThan(0);
  });
});
