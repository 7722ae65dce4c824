import { barrier, waitWhile } from './barrier';
import { BAD, COMMAND, LANES, SEQUENCE, SHARES, THREADS, UPDATES, word } from './control';
import { packUnits, samplePositions } from './gradient';
import { countSample, STEP } from './guess';
import { clearGradients, optimize, sumGradients } from './optimizer';
import { runTiles } from './program';
import { scanRows } from './scan';
import { strongest } from './strongest';

export { neverSleep } from './barrier';
export { divide, locate, mergeRows, mergeValues, orderByUnits } from './rewiring';

const TRAIN = 1;
const EVALUATE = 2;
const SAMPLE = 3;
const STRONGEST = 4;
const PACK = 5;
const SCAN = 6;
const OPTIMIZE = 7;
const COUNT = 8;

/** What a worker does until it is told to end: waits for commands and takes its part in them. */
export function serve(thread: i32): void {
  let seen = 0;
  for (;;) {
    waitWhile(SEQUENCE, seen, false);
    seen = atomic.load<i32>(SEQUENCE);
    if (word(COMMAND) == 0) return;
    take(thread);
  }
}

/** Wakes the workers for the command that was written, and takes the main thread's part in it. */
export function dispatch(): void {
  if (word(THREADS) > 1) {
    atomic.add<i32>(SEQUENCE, 1);
    atomic.notify(SEQUENCE, -1);
  }
  take(0);
}

function take(thread: i32): void {
  switch (word(COMMAND)) {
    case TRAIN:
      clearGradients(thread);
      if (word(SHARES)) barrier();
      tiles(thread);
      barrier();
      sumGradients(thread);
      barrier();
      if (word(UPDATES) && !atomic.load<i32>(BAD)) optimize(thread);
      break;
    case EVALUATE:
      tiles(thread);
      break;
    case SAMPLE:
      samplePositions(thread);
      break;
    case STRONGEST:
      // Where a sample was counted, units are packed.
      if (!word(STEP)) {
        packUnits(thread);
        barrier();
      }
      strongest(thread);
      break;
    case PACK:
      packUnits(thread);
      break;
    case SCAN:
      scanRows(thread);
      break;
    case OPTIMIZE:
      optimize(thread);
      break;
    case COUNT:
      packUnits(thread);
      barrier();
      countSample(thread);
      break;
  }
  barrier();
}

function tiles(thread: i32): void {
  if (word(LANES) == 32) runTiles<i64>(thread);
  else if (word(LANES) == 16) runTiles<i32>(thread);
  else if (word(LANES) == 8) runTiles<i16>(thread);
  else runTiles<i8>(thread);
}
