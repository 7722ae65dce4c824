import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { EspalierError } from '@espalier/core';
import { parseDocument } from 'yaml';
import { messageOf } from '../files/errors.js';

/**
 * Reads a run file: YAML (`.yaml`, `.yml`) or JSON (`.json`). Nothing in it is executed or checked; give what
 * comes back to {@link parseConfig}.
 *
 * @throws EspalierError ESPALIER_CONFIG_NOT_FOUND where it can't be read, ESPALIER_INVALID_CONFIG where it is not
 * YAML or JSON, with the line
 */
export function loadConfigFile(path: string): unknown {
  const extension = extname(path).toLowerCase();
  if (!['.yaml', '.yml', '.json'].includes(extension)) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `${path}: a run file ends in .yaml, .yml or .json, not in "${extension}".`,
    );
  }
  const text = read(path);
  const value = extension === '.json' ? parseJson(path, text) : parseYaml(path, text);
  if (value === null || value === undefined) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `${path} is empty. Write at least one key, such as seed: 1.`,
    );
  }
  return value;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new EspalierError(
      'ESPALIER_CONFIG_NOT_FOUND',
      `The run file can not be read: ${messageOf(cause)}.`,
      {
        cause,
      },
    );
  }
}

function parseYaml(path: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw syntaxError(path, text, error.pos[0], error.message, error);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (cause) {
    throw new EspalierError('ESPALIER_INVALID_CONFIG', `${path}: ${messageOf(cause)}.`, { cause });
  }
  if (!holdsItself(value)) return value;
  throw new EspalierError(
    'ESPALIER_INVALID_CONFIG',
    `${path}: an alias stands inside of what it is an alias of.`,
  );
}

function holdsItself(value: unknown, within: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (within.includes(value)) return true;
  return Object.values(value).some((inner) => holdsItself(inner, [...within, value]));
}

function parseJson(path: string, text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = messageOf(cause);
    const position = /position (\d+)/.exec(message)?.[1];
    throw syntaxError(path, text, position === undefined ? text.length : Number(position), message, cause);
  }
}

function syntaxError(
  path: string,
  text: string,
  position: number,
  message: string,
  cause: unknown,
): EspalierError {
  const before = text.slice(0, position).split('\n');
  const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  return new EspalierError('ESPALIER_INVALID_CONFIG', `${path}, ${place}: ${message}`, { cause });
}
