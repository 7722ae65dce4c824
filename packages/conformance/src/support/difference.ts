/**
 * Where two values of plain data and typed arrays differ first; functions are left out, numbers compared as by Object.is.
 * @returns e.g. `layers[2].grown[5] is 3 for 4`, or undefined where they are equal
 */
export function difference(actual: unknown, expected: unknown, path = ''): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (typeof actual === 'function' && typeof expected === 'function') return undefined;
  const here = path === '' ? 'the value' : path;
  if (isIndexed(actual) && isIndexed(expected)) {
    if (actual.constructor !== expected.constructor) {
      return `${here} is a ${actual.constructor.name} for a ${expected.constructor.name}`;
    }
    if (actual.length !== expected.length) {
      return `${here} has ${actual.length} entries for ${expected.length}`;
    }
    for (let i = 0; i < actual.length; i++) {
      if (Object.is(actual[i], expected[i])) continue;
      const found = difference(actual[i], expected[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isRecord(actual) && isRecord(expected)) {
    for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
      if (Object.is(actual[key], expected[key])) continue;
      const found = difference(actual[key], expected[key], path === '' ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return `${here} is ${show(actual)} for ${show(expected)}`;
}

function isIndexed(value: unknown): value is ArrayLike<unknown> & object {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isIndexed(value);
}

function show(value: unknown): string {
  return typeof value === 'object' ? (JSON.stringify(value)?.slice(0, 60) ?? 'an object') : String(value);
}
