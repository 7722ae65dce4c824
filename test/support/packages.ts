import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One package of the repository. */
export interface Package {
  /** Relative to the repository, e.g. `plugins/set`. */
  readonly folder: string;
  readonly name: string;
  /** What it says it needs to run, optional and peer dependencies included. */
  readonly dependencies: readonly string[];
  /** Its sources. */
  readonly files: readonly SourceFile[];
}

/** One source file. */
interface SourceFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
  /** The packages that it imports, without those of Node.js. */
  readonly imports: readonly string[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Every package below `packages/` and `plugins/`. */
export function readPackages(): Package[] {
  const folders = ['packages', 'plugins'].flatMap((group) =>
    readdirSync(join(ROOT, group)).map((name) => `${group}/${name}`),
  );
  return folders.filter((folder) => existsSync(join(ROOT, folder, 'package.json'))).map(readPackage);
}

function readPackage(folder: string): Package {
  const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  const { name, dependencies, optionalDependencies, peerDependencies } = manifest;
  return {
    folder,
    name,
    dependencies: Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
    files: readdirSync(join(ROOT, folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => {
        const text = readFileSync(join(ROOT, folder, 'src', file), 'utf8');
        return { path: `${folder}/src/${file}`, text, imports: importsOf(text) };
      }),
  };
}

/** The packages that a source text imports, statically or not, as types or not; each once. */
export function importsOf(text: string): string[] {
  const code = text
    .split('\n')
    .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line))
    .join('\n');
  const specifiers = [...code.matchAll(/\bfrom\s+'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g)].map(
    ([, from, imported]) => from ?? imported!,
  );
  const packages = specifiers.filter((specifier) => !/^(\.|node:)/.test(specifier)).map(packageOf);
  return [...new Set(packages)];
}

/** `@scope/name` of `@scope/name/file.js`, `name` of `name/file.js`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
