import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainEvent } from '@espalier/core';
import { EventLog, readEvents } from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { evaluation, RUN_START, runEnd, stepEvent, UPDATE } from './events.js';
import { temporaryDirectory } from './temporary.js';

const EVENTS: readonly TrainEvent[] = [
  RUN_START,
  stepEvent(0),
  stepEvent(1),
  stepEvent(2),
  UPDATE,
  evaluation(0.5),
  runEnd('completed'),
];

describe('EventLog', () => {
  it('writes every event as one line, in order', () => {
    const path = join(temporaryDirectory(), 'events.jsonl');
    const log = EventLog.create(path);
    for (const event of EVENTS) log.observe(event);
    log.close();
    log.close();
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(EVENTS.length + 1);
    expect(readEvents(path)).toEqual(EVENTS);
  });

  it('shows everything after an update, steps before it included', () => {
    const path = join(temporaryDirectory(), 'events.jsonl');
    const log = EventLog.create(path);
    for (const event of EVENTS.slice(0, 5)) log.observe(event);
    expect(readEvents(path)).toEqual(EVENTS.slice(0, 5));
    log.close();
  });

  it('holds back no more than a little, and nothing once closed', () => {
    const path = join(temporaryDirectory(), 'events.jsonl');
    const log = EventLog.create(path);
    for (let step = 0; step < 2000; step++) log.observe(stepEvent(step));
    expect(readEvents(path).length).toBeGreaterThan(1000);
    log.close();
    expect(readEvents(path)).toHaveLength(2000);
  });

  it('says where it can not write', () => {
    const path = join(temporaryDirectory(), 'gone', 'events.jsonl');
    expect(() => EventLog.create(path)).toThrow(/ESPALIER_OUTPUT_UNWRITABLE.*gone/);
  });
});

describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  it('is reported with the file', () => {
    const log = EventLog.create('/dev/full');
    expect(() => log.observe(RUN_START)).toThrow(/ESPALIER_OUTPUT_UNWRITABLE.*\/dev\/full.*no space left/);
  });
});

it('goes on where it was suspended', () => {
  const path = join(temporaryDirectory(), 'events.jsonl');
  const log = EventLog.create(path);
  log.observe(EVENTS[0]!);
  log.suspend();
  log.suspend();
  for (const event of EVENTS.slice(1)) log.observe(event);
  log.close();
  expect(readEvents(path)).toEqual(EVENTS);
  log.suspend();
  expect(() => log.observe(runEnd('completed'))).toThrow(TypeError);
});

describe('readEvents', () => {
  it('leaves out a last line that was cut off, wherever', () => {
    const path = join(temporaryDirectory(), 'events.jsonl');
    const whole = `${JSON.stringify(stepEvent(0))}\n`;
    const next = JSON.stringify(stepEvent(1));
    for (let end = 0; end <= next.length; end++) {
      writeFileSync(path, whole);
      appendFileSync(path, next.slice(0, end));
      expect(readEvents(path)).toEqual([stepEvent(0)]);
    }
  });

  it.each(['{ "type": "step"', '3', 'null', '{}'])('refuses the line %s', (line) => {
    const path = join(temporaryDirectory(), 'events.jsonl');
    writeFileSync(path, `${JSON.stringify(stepEvent(0))}\n${line}\n`);
    expect(() => readEvents(path)).toThrow(/ESPALIER_UNREADABLE_FILE.*line 2/);
  });

  it('refuses a file that is not there', () => {
    expect(() => readEvents(join(temporaryDirectory(), 'gone'))).toThrow('ESPALIER_UNREADABLE_FILE');
  });
});
