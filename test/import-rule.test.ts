import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, type Package, readPackages } from './support/packages.js';

const packages = readPackages();
const ours = new Set(packages.map(({ name }) => name));

const engines = /^@espalier\/engine-/;
const plugins = /^@espalier\/plugin-/;
const data = /^@espalier\/data(-|$)/;
const [core, architectures, runs, report] = ['core', 'architectures', 'runs', 'report'].map(
  (name) => new RegExp(`^@espalier/${name}$`),
) as [RegExp, RegExp, RegExp, RegExp];

/** By folder, what of ours a package may import. The first row that matches holds. */
const MAY_IMPORT: readonly (readonly [folder: RegExp, allowed: readonly RegExp[]])[] = [
  [/^packages\/core$/, []],
  [/^packages\/(architectures|data)$/, [core]],
  [/^packages\/data-/, [core]],
  [/^packages\/engine-/, [core, architectures]],
  [/^packages\/conformance$/, [core, /^@espalier\/engine-reference$/, data]],
  [/^packages\/runs$/, [core, data, architectures]],
  [/^packages\/report$/, [core, runs]],
  [/^packages\/espalier$/, [core, runs, report, architectures, data, engines, plugins]],
  [/^packages\/create-plugin$/, []],
  [/^plugins\//, [core]],
];

function allowedFor({ folder }: Package): readonly RegExp[] {
  const row = MAY_IMPORT.find(([pattern]) => pattern.test(folder));
  if (row === undefined) throw new Error(`${folder} has no row in MAY_IMPORT: say what it may import.`);
  return row[1];
}

describe('who may import whom', () => {
  it.each(packages.map((pkg) => [pkg.folder, pkg] as const))('holds in the sources of %s', (_, pkg) => {
    const allowed = allowedFor(pkg);
    const wrong = pkg.files.flatMap(({ path, imports }) =>
      imports
        .filter((name) => ours.has(name) && !allowed.some((pattern) => pattern.test(name)))
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each(packages.map((pkg) => [pkg.folder, pkg] as const))('holds in the dependencies of %s', (_, pkg) => {
    const allowed = allowedFor(pkg);
    const wrong = pkg.dependencies.filter(
      (name) => ours.has(name) && !allowed.some((pattern) => pattern.test(name)),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps tensor libraries inside the engine that is made of one', () => {
    const holders = packages.filter(
      ({ dependencies, files }) =>
        dependencies.some((name) => name.startsWith('@tensorflow/')) ||
        files.some(({ imports }) => imports.some((name) => name.startsWith('@tensorflow/'))),
    );
    expect(holders.map(({ folder }) => folder)).toEqual(['packages/engine-tfjs']);
  });

  it('keeps the injection library and its polyfill in one file', () => {
    for (const library of ['tsyringe', 'reflect-metadata']) {
      const importers = packages.flatMap(({ files }) =>
        files.filter(({ imports }) => imports.includes(library)).map(({ path }) => path),
      );
      expect(importers).toEqual(['packages/core/src/registry/container.ts']);
    }
  });
});

describe('the entry of core for engines', () => {
  const filesOf = (folder: string) => packages.find((pkg) => pkg.folder === folder)!.files;

  it('loads nothing that registry and training need', () => {
    const files = new Map(filesOf('packages/core').map((file) => [file.path, file]));
    const reached = new Set(['packages/core/src/engine.ts']);
    // A set is walked to its end, also where it grows meanwhile.
    for (const path of reached) {
      const { text } = files.get(path)!;
      for (const [, types, file] of text.matchAll(/\b(?:im|ex)port (type )?[^;]*?from '(\.[^']+)'/g)) {
        if (types === undefined) reached.add(posix.join(posix.dirname(path), file!.replace(/\.js$/, '.ts')));
      }
    }
    expect(reached.size).toBeGreaterThan(10);
    const libraries = [...reached].flatMap((path) => files.get(path)!.imports);
    expect([...new Set(libraries)]).toEqual(['fastest-levenshtein']);
  });

  it.each(['packages/architectures', 'packages/engine-sparse'])('is where %s takes values from', (folder) => {
    const others = filesOf(folder).filter(({ text }) => /import \{[^}]*\} from '@espalier\/core'/.test(text));
    expect(others.map(({ path }) => path)).toEqual([]);
  });
});

describe('dependencies', () => {
  it.each(packages.map((pkg) => [pkg.folder, pkg] as const))('of %s cover every import', (_, pkg) => {
    const missing = pkg.files.flatMap(({ path, imports }) =>
      imports
        // Names with # are files of the package's own, which differ by platform.
        .filter((name) => !name.startsWith('#') && !pkg.dependencies.includes(name))
        .map((name) => `${path} imports ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it.each(packages.map((pkg) => [pkg.folder, pkg] as const))('of %s are all used', (_, pkg) => {
    // Optional packages are imported by a name in a variable, so that nothing asks for them at build time.
    const used = (name: string) =>
      pkg.files.some(
        ({ imports, text }) =>
          imports.includes(name) || (text.includes(`import(id)`) && text.includes(`'${name}'`)),
      );
    expect(pkg.dependencies.filter((name) => !used(name))).toEqual([]);
  });
});

describe('the reading of imports', () => {
  it('finds every form, each package once, and no files, builtins, comments or other calls', () => {
    const text = `
      import { a } from '@acme/one';
      import type { b } from '@acme/one/deep.js';
      import {
        c,
      } from 'two/file.js';
      import 'three';
      export * from 'four';
      export type { d } from 'five';
      const e = await import('six');
      type F = typeof import('seven').default;
      import * as fs from 'node:fs';
      import { g } from './here.js';
      const h = Buffer.from('eight');
       * import { i } from 'nine';
      // import 'ten';
    `;
    expect(importsOf(text)).toEqual(['@acme/one', 'two', 'three', 'four', 'five', 'six', 'seven']);
  });

  it('meets all packages', () => {
    expect(packages.length).toBeGreaterThanOrEqual(12);
    for (const { folder, files } of packages) expect(files.length, folder).toBeGreaterThan(0);
  });
});
