/** What stands on the line of a progress bar. */
export interface BarLine {
  /** From 0 to 1. */
  readonly progress: number;
  /** From the most to the least important. */
  readonly facts: readonly string[];
  /** Stays at the end of the line. */
  readonly last: string;
}

const GAP = '  ';
const WIDEST_BAR = 24;
const NARROWEST_BAR = 8;

/**
 * Fits a bar and its facts into one line: the bar shrinks first, then facts go, the least important first.
 * @param width - columns of the terminal
 * @param paint - colours the bar
 */
export function fitLine(line: BarLine, width: number, paint: (bar: string) => string): string {
  // Some terminals wrap as soon as the last column is written.
  const columns = width - 1;
  for (let count = line.facts.length; count > 0; count--) {
    const text = [...line.facts.slice(0, count), line.last].filter((part) => part !== '').join(GAP);
    const room = Math.min(WIDEST_BAR, columns - text.length - GAP.length);
    if (room >= NARROWEST_BAR) return `${paint(bar(line.progress, room))}${GAP}${text}`;
  }
  return line.facts.join(GAP).slice(0, columns);
}

function bar(progress: number, width: number): string {
  const done = Math.round(progress * width);
  return '█'.repeat(done) + '░'.repeat(width - done);
}
