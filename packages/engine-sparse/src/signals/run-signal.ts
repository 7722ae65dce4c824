import { CONTROL } from '../memory/control.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { LinearLayer } from '../network/linear-layer.js';
import type { Team } from '../threads/team.js';
import type { Round } from './held-batches.js';

/**
 * The words behind CONTROL.signal, in the order of assembly/gradient.ts, assembly/strongest.ts, assembly/scan.ts,
 * assembly/guess.ts and assembly/screen.ts.
 */
const ARGUMENTS = [
  'rounds',
  'roundCount',
  'x',
  'dy',
  'pixels',
  'inPixels',
  'outPixels',
  'samples',
  'sampleFeatures',
  'sampleUnits',
  'sampleOut',
  'places',
  'units',
  'depth',
  'right',
  'norms',
  'rows',
  'work',
  'workStride',
  'excluded',
  'excludedCount',
  'limit',
  'capacity',
  'candidates',
  'counts',
  'least',
  'firstRow',
  'lastRow',
  'target',
  'step',
  'histograms',
  'shorts',
  'scales',
  'most',
  'reach',
] as const;

/** What a signal command is told, besides where the gradient comes from. */
export type Arguments = Partial<Record<(typeof ARGUMENTS)[number], number>>;

/** Where the gradient comes from, and who makes it. */
interface Origin {
  readonly layer: LinearLayer;
  readonly held: readonly Round[];
  readonly shared: SharedMemory;
  readonly team: Team;
}

/** Runs a command on the held batches of a layer. */
export function runSignal(command: number, given: Arguments, { layer, held, shared, team }: Origin): void {
  const { source, output, pixels, inPixels, outPixels } = layer;
  const rounds = held.flatMap(({ address, tiles, lanes, bytes }) => [
    address,
    tiles,
    lanes * 4,
    bytes / tiles,
  ]);
  const list = shared.store(rounds, 'held batches');
  const all: Arguments = {
    rounds: list,
    roundCount: held.length,
    x: source.offset,
    dy: output.delta,
    pixels,
    inPixels,
    outPixels,
    ...given,
  };
  ARGUMENTS.forEach((name, i) => {
    shared.setWord(CONTROL.signal + 4 * i, all[name] ?? 0);
  });
  try {
    team.run(command);
  } finally {
    shared.heap.give(list);
  }
}
