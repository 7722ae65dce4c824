import { ARRIVED, FAILED, GENERATION, THREADS, word } from './control';

// While a peer is on its core it arrives within microseconds; where it is not, spinning would keep it off.
const SPINS = 20000;

/** Of this thread's instance: whether it may sleep. The thread that a page lives on must not. */
let sleeps: bool = true;

/** Makes this thread spin where it would sleep. */
export function neverSleep(): void {
  sleeps = false;
}

/** Waits until all threads are here. */
export function barrier(): void {
  const threads = word(THREADS);
  if (threads == 1) return;
  const generation = atomic.load<i32>(GENERATION);
  if (atomic.add<i32>(ARRIVED, 1) + 1 == threads) {
    atomic.store<i32>(ARRIVED, 0);
    atomic.add<i32>(GENERATION, 1);
    atomic.notify(GENERATION, -1);
    return;
  }
  // Whatever ended a wait, a thread that went on before the barrier has opened would leave the others at the last one.
  do waitWhile(GENERATION, generation, true);
  while (atomic.load<i32>(GENERATION) == generation && !atomic.load<i32>(FAILED));
}

/**
 * Waits as long as a word has a value.
 * @param gives - whether to give up once a worker died
 */
export function waitWhile(address: usize, value: i32, gives: bool): void {
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(address) != value) return;
  while (atomic.load<i32>(address) == value) {
    if (gives && atomic.load<i32>(FAILED)) return;
    if (!sleeps) continue;
    // A worker that dies can't wake anybody: look again every 50 ms.
    atomic.wait<i32>(address, value, gives ? 50000000 : -1);
  }
}
