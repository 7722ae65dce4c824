import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Packages with a native library that is not built by an ordinary install. */
const PACKAGES = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];

/** A native package and how far it has come. */
export interface NativePackage {
  readonly name: string;
  readonly state: 'missing' | 'not built' | 'built';
}

/** Looks for the native packages where the engine that uses them would. */
export function nativePackages(): NativePackage[] {
  const engine = createRequire(import.meta.resolve('@espalier/engine-tfjs'));
  return PACKAGES.map((name) => ({ name, state: stateOf(name, engine) }));
}

function stateOf(name: string, engine: NodeJS.Require): NativePackage['state'] {
  let directory: string;
  try {
    directory = dirname(engine.resolve(`${name}/package.json`));
  } catch {
    return 'missing';
  }
  const libraries = join(directory, 'lib');
  const versions = existsSync(libraries) ? readdirSync(libraries) : [];
  const built = versions.some((napi) => existsSync(join(libraries, napi, 'tfjs_binding.node')));
  return built ? 'built' : 'not built';
}
