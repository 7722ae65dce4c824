import { readFileSync } from 'node:fs';
import type { TrainEvent } from '@espalier/core';
import { messageOf, unreadable } from '../files/errors.js';

/**
 * The events of a run, in order. A last line without its line feed, left by a run that was cut off, is left out.
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where the file is missing or a line is not an event
 */
export function readEvents(path: string): TrainEvent[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw unreadable(path, messageOf(cause), cause);
  }
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, i) => {
    const event = parse(line);
    if (typeof event !== 'object' || event === null || typeof (event as TrainEvent).type !== 'string') {
      throw unreadable(path, `line ${i + 1} is not an event`);
    }
    return event as TrainEvent;
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
