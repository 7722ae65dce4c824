/** What a layer's view holds that nobody may write to. */
const VIEWED = ['active', 'weights', 'before', 'pruned'] as const;

/**
 * A copy of all data in some arguments of a strategy: plain values, lists, typed arrays, and the arrays that views of
 * layers show. Functions are left out.
 *
 * @param writable - names of what may be written to, left out too
 */
export function snapshot(value: unknown, writable: readonly string[] = []): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (ArrayBuffer.isView(value)) return (value as Float32Array).slice();
  if (Array.isArray(value)) return value.map((entry) => snapshot(entry, writable));
  const plain = [null, Object.prototype].includes(Object.getPrototypeOf(value));
  const keys = plain ? Object.keys(value) : VIEWED.filter((key) => key in value);
  const record = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    keys
      .filter((key) => !writable.includes(key))
      .map((key) => [key, snapshot(record[key], writable)] as const),
  );
}
