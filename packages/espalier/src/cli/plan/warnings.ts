import { count } from '../format.js';
import type { LayerForecast } from './layers.js';
import type { UpdateForecast } from './updates.js';

const FEW_UPDATES = 20;
const SHORT_INTERVAL = 10;
const FEW_EXAMPLES = 512;
const NEAR_FLOOR = 1.1;

/** What often goes wrong in sparse training and can be seen beforehand. */
export function planWarnings(
  layers: readonly LayerForecast[],
  updates: UpdateForecast,
  batchSize: number,
): string[] {
  if (updates.count === 0) return [];
  return [...few(updates), ...short(updates, batchSize), ...layers.flatMap(nearFloor)];
}

function few(updates: UpdateForecast): string[] {
  if (updates.count >= FEW_UPDATES) return [];
  return [
    `The run has only ${count(updates.count, 'topology update')}; below ${FEW_UPDATES} the starting topology is hardly forgotten. ` +
      'Train longer, or shorten updateInterval.',
  ];
}

function short({ interval }: UpdateForecast, batchSize: number): string[] {
  if (interval === null) return [];
  const examples = interval.min * batchSize;
  if (interval.min >= SHORT_INTERVAL && examples >= FEW_EXAMPLES) return [];
  return [
    `Updates are as close as ${count(interval.min, 'step')} (${count(examples, 'example')}); below ` +
      `${SHORT_INTERVAL} steps or ${FEW_EXAMPLES} examples new weights have hardly grown when they are judged. ` +
      'Lengthen updateInterval, train longer, or use larger batches.',
  ];
}

function nearFloor({ name, size, weights, floor, keptDenseBy }: LayerForecast): string[] {
  if (keptDenseBy !== null || floor === size || weights > NEAR_FLOOR * floor) return [];
  return [
    `Layer ${name} starts with ${count(weights, 'weight')}, ${weights === floor ? 'at' : 'near'} its floor of ` +
      `${count(floor, 'weight')}: it can only grow. Raise the density, lower minDensity, or choose another allocation.`,
  ];
}
