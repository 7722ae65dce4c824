import { integer } from '../format.js';
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

function few({ count }: UpdateForecast): string[] {
  if (count >= FEW_UPDATES) return [];
  return [
    `There are only ${count} topology updates; below ${FEW_UPDATES} the starting topology is hardly forgotten. ` +
      'Train longer, or shorten updateInterval.',
  ];
}

function short({ interval }: UpdateForecast, batchSize: number): string[] {
  if (interval === null) return [];
  const examples = interval.min * batchSize;
  if (interval.min >= SHORT_INTERVAL && examples >= FEW_EXAMPLES) return [];
  return [
    `Between two updates there are only ${interval.min} steps (${integer(examples)} examples); below ` +
      `${SHORT_INTERVAL} steps or ${FEW_EXAMPLES} examples new weights have hardly grown when they are judged. ` +
      'Lengthen updateInterval, train longer, or use larger batches.',
  ];
}

function nearFloor({ name, size, weights, floor, keptDenseBy }: LayerForecast): string[] {
  if (keptDenseBy !== null || floor === size || weights > NEAR_FLOOR * floor) return [];
  return [
    `Layer ${name} starts with ${integer(weights)} weights, ${weights === floor ? 'at' : 'near'} its floor of ` +
      `${integer(floor)}: it can only grow. Raise the density, lower minDensity, or choose another allocation.`,
  ];
}
