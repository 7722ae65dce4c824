import { EspalierError } from '@espalier/core';
import { describeBench } from './bench/describe-bench.js';
import { measureNetwork } from './bench/measure.js';
import { type NetworkName, TRIAL_NETWORKS } from './bench/networks.js';
import { machineFacts } from './doctor/machine.js';
import { percent } from './format.js';

/** What the command line of `espalier bench` gives. */
export interface BenchFlags {
  readonly network?: NetworkName;
  readonly batchSize?: string;
  readonly density?: readonly string[];
  readonly quick?: boolean;
  readonly json?: boolean;
}

const DENSITIES = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
const QUICK_DENSITIES = [1, 0.2, 0.05, 0.01];
/** Steps that every engine takes at every density, and after how many seconds it has to do with fewer. */
const EFFORT = { steps: 15, seconds: 2.5 };
const QUICK_EFFORT = { steps: 5, seconds: 0.8 };

/**
 * `espalier bench`: how long training steps take here, by engine, threads and density.
 * @returns the exit code
 * @throws EspalierError ESPALIER_INVALID_OPTION for a density or batch size that can't be
 */
export async function bench({ network, batchSize, density, quick, json }: BenchFlags): Promise<number> {
  const densities = density?.map(readDensity) ?? (quick ? QUICK_DENSITIES : DENSITIES);
  const size = batchSize === undefined ? undefined : readBatchSize(batchSize);
  const names = network === undefined ? (Object.keys(TRIAL_NETWORKS) as NetworkName[]) : [network];
  const machine = await machineFacts();
  const networks = [];
  for (const name of names) {
    networks.push(
      await measureNetwork({
        name,
        batchSize: size ?? TRIAL_NETWORKS[name].batchSize,
        // Ascending, without repetitions: between neighbours the crossover is looked for.
        densities: [...new Set(densities)].sort((a, b) => a - b),
        effort: quick ? QUICK_EFFORT : EFFORT,
        cores: machine.cores,
        progress: (at) => process.stderr.write(`${name} at a density of ${percent(at)}\n`),
      }),
    );
  }
  console.log(json ? JSON.stringify({ machine, networks }, null, 2) : describeBench({ machine, networks }));
  return 0;
}

function readDensity(text: string): number {
  const density = Number(text);
  if (density > 0 && density <= 1) return density;
  throw new EspalierError(
    'ESPALIER_INVALID_OPTION',
    `--density ${text}: it must be a share above 0 and at most 1.`,
  );
}

function readBatchSize(text: string): number {
  const size = Number(text);
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new EspalierError('ESPALIER_INVALID_OPTION', `--batch-size ${text}: it must be a positive integer.`);
}
