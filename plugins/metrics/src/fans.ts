import type { ProbedLayer } from '@espalier/core';

/** Fewest, mean and most active weights per channel. */
export interface Fan {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** How many active weights lead into each unit. */
export function fanIn({ active, units, unitOf }: ProbedLayer): Fan {
  return spread(active, units, unitOf);
}

/** How many active weights leave each input. */
export function fanOut({ active, inputs, inputOf }: ProbedLayer): Fan {
  return spread(active, inputs, inputOf);
}

function spread(
  active: ProbedLayer['active'],
  channels: number,
  channelOf: (position: number) => number,
): Fan {
  const counts = new Uint32Array(channels);
  for (let i = 0; i < active.length; i++) counts[channelOf(active[i]!)]!++;
  let min = active.length;
  let max = 0;
  for (const count of counts) {
    min = Math.min(min, count);
    max = Math.max(max, count);
  }
  return { min, mean: active.length / channels, max };
}
