import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildReport, loadRun, writeReport } from '@espalier/report';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from './support/temporary.js';
import { writeRun } from './support/write-run.js';

describe('writeReport', () => {
  it('replaces a report and nothing else, unless forced', () => {
    const directory = temporaryDirectory();
    const page = buildReport([loadRun(writeRun(join(directory, 'run')))]);
    const path = join(directory, 'deep', 'report.html');
    writeReport(path, page);
    writeReport(path, page);
    expect(readFileSync(path, 'utf8')).toBe(page);
    expect(readdirSync(join(directory, 'deep'))).toEqual(['report.html']);

    writeFileSync(path, '<!doctype html><title>mine</title>');
    expect(() => writeReport(path, page)).toThrow(
      /^\[ESPALIER_OUTPUT_EXISTS\] .*no report of Espalier.*--force/,
    );
    expect(readFileSync(path, 'utf8')).toContain('mine');
    writeReport(path, page, { force: true });
    expect(readFileSync(path, 'utf8')).toBe(page);
  });

  it('says where it can not write', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'folder'));
    expect(() => writeReport(join(directory, 'folder'), 'page')).toThrow('ESPALIER_OUTPUT_EXISTS');
    expect(() => writeReport(join(directory, 'folder'), 'page', { force: true })).toThrow(
      'ESPALIER_OUTPUT_UNWRITABLE',
    );
    writeFileSync(join(directory, 'file'), '');
    expect(() => writeReport(join(directory, 'file', 'report.html'), 'page')).toThrow(
      'ESPALIER_OUTPUT_UNWRITABLE',
    );
    expect(readdirSync(directory).sort()).toEqual(['file', 'folder']);
  });
});
