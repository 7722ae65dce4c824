import { apportion, EspalierError, reserveFloors, type Site, sum, type UpdateContext } from '@espalier/core';

/** What a layer's share of the regrowth is in proportion to. */
export interface Statistic {
  /** For messages, e.g. `mean momentum`. */
  readonly name: string;
  /** A finite number of at least 0. */
  of(site: Site): number;
}

/**
 * Gives weights out in proportion to a statistic of each layer, up to its room and no less than its floor. Where the
 * statistic is 0 everywhere, shares are equal.
 *
 * @throws EspalierError ESPALIER_NOT_FINITE for a statistic that is not finite
 */
export function byShare(
  statistic: Statistic,
  sites: readonly Site[],
  total: number,
  context: UpdateContext,
): number[] {
  const values = sites.map((site) => finite(statistic, site));
  const all = sum(values);
  if (all === 0 && total > 0) {
    context.report('zero-signal', {
      message: `the ${statistic.name} is 0 in every layer; ${total} weights were shared out equally`,
    });
  }
  return apportion(
    values.map((value) => (all > 0 ? (value * total) / all : total / sites.length)),
    total,
    { floors: reserveFloors(sites, total).counts, caps: sites.map(({ room }) => room) },
  );
}

function finite({ name, of }: Statistic, site: Site): number {
  const value = of(site);
  if (Number.isFinite(value)) return value;
  throw new EspalierError('ESPALIER_NOT_FINITE', `Layer "${site.layer.name}": the ${name} is ${value}.`);
}

/** The mean absolute value; 0 of nothing. */
export function meanAbsolute(values: Float32Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Math.abs(values[i]!);
  return values.length === 0 ? 0 : total / values.length;
}
