import { EspalierError } from '@espalier/core';
import { parseDocument } from 'yaml';
import { messageOf } from '../files/errors.js';
import { isMapping } from './spell-out.js';

/** Two spellings of one setting: giving one takes the other's place. */
const IN_PLACE_OF: Readonly<Record<string, string>> = {
  'sparsity.density': 'sparsity',
  'sparsity.sparsity': 'density',
};

/**
 * A copy of a configuration with one setting changed, as `--set key=value` asks. A name on the way becomes
 * `{ use: name }`: with `method: ggr`, setting `method.dropFraction` gives `{ use: ggr, dropFraction: ... }`.
 *
 * @param config - as a run file gives it
 * @param path - keys and list indices, separated by dots
 * @param text - the value as YAML, e.g. `0.5`, `random`, `[a, b]`
 * @throws EspalierError ESPALIER_INVALID_CONFIG where the path or the value can't be read
 */
export function setPath(config: unknown, path: string, text: string): unknown {
  const keys = path.split('.');
  if (keys.some((key) => key === '' || key === '__proto__')) {
    throw invalid(path, text, 'the key must be names separated by dots, such as method.dropFraction');
  }
  return set(spelled(config, keys), keys, { path, text, value: parseValue(path, text) });
}

/** `from: DIRECTORY` is short for `from: { directory: DIRECTORY }`, not for a name. */
function spelled(config: unknown, keys: readonly string[]): unknown {
  if (keys[0] !== 'from' || !isMapping(config) || typeof config.from !== 'string') return config;
  return { ...config, from: { directory: config.from } };
}

interface Setting {
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
}

function set(target: unknown, keys: readonly string[], setting: Setting): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return setting.value;
  if (Array.isArray(target)) {
    const index = Number(key);
    if (!/^\d+$/.test(key) || index > target.length) {
      throw invalid(
        setting.path,
        setting.text,
        `${key} is not an index from 0 to ${target.length} of the list`,
      );
    }
    const copy = [...target];
    copy[index] = set(target[index], rest, setting);
    return copy;
  }
  const mapping = typeof target === 'string' ? { use: target } : (target ?? {});
  if (!isMapping(mapping)) {
    throw invalid(setting.path, setting.text, `${key} can not be set inside ${JSON.stringify(target)}`);
  }
  const copy = {
    ...mapping,
    [key]: set(Object.hasOwn(mapping, key) ? mapping[key] : undefined, rest, setting),
  };
  const replaced = rest.length === 0 ? IN_PLACE_OF[setting.path] : undefined;
  if (replaced !== undefined) delete copy[replaced];
  return copy;
}

function parseValue(path: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw invalid(path, text, error.message);
  try {
    return document.toJS();
  } catch (cause) {
    throw invalid(path, text, messageOf(cause));
  }
}

function invalid(path: string, text: string, what: string): EspalierError {
  return new EspalierError('ESPALIER_INVALID_CONFIG', `--set ${path}=${text}: ${what}.`);
}
