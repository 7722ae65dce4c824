import { extname } from 'node:path';

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

/** Whether a file is one that {@link loadProgram} loads, by its name. */
export function isProgram(path: string): boolean {
  return EXTENSIONS.includes(extname(path).toLowerCase());
}

/**
 * Runs a file of the user's own, in TypeScript or JavaScript. Wherever it lies, `espalier` and `@espalier/core`
 * are those that run: files beside a command installed elsewhere have no others.
 *
 * @param file - an absolute path
 * @returns its default export; undefined where it has none
 * @throws Error whatever stands in the way: syntax, a missing package, or what the file itself throws
 */
export async function loadProgram(file: string): Promise<unknown> {
  const [{ createJiti }, espalier, core] = await Promise.all([
    import('jiti'),
    import('../index.js'),
    import('@espalier/core'),
  ]);
  const virtualModules = { espalier, '@espalier/core': core };
  const jiti = createJiti(import.meta.url, { virtualModules, interopDefault: false });
  try {
    return (await jiti.import<{ readonly default?: unknown }>(file)).default;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    // Parsers and resolvers spread their messages over several lines.
    throw new Error(cause.message.trim().replace(/\s+/g, ' '), { cause });
  }
}
