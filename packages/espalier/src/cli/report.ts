import { join, resolve } from 'node:path';
import { EspalierError } from '@espalier/core';
import { buildReport, loadRun, writeReport } from '@espalier/report';
import { RUN_FILES } from '@espalier/runs';

/** What the command line of `espalier report` gives. */
export interface ReportFlags {
  readonly out?: string;
  readonly updates?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/**
 * `espalier report`: a page about runs that are there.
 * @returns the exit code
 * @throws EspalierError where a directory is damaged, runs do not fit together, or the file can't be written
 */
export function report(directories: readonly string[], flags: ReportFlags): number {
  // The same directory given twice, as patterns of a shell may, would count as two runs.
  const distinct = [...new Map(directories.map((directory) => [resolve(directory), directory])).values()];
  const updates = flags.updates === undefined ? {} : { updates: parseUpdates(flags.updates) };
  const page = buildReport(distinct.map(loadRun), updates);
  const out = flags.out ?? join(distinct.length === 1 ? distinct[0]! : '.', RUN_FILES.report);
  writeReport(out, page, { force: flags.force ?? false });
  console.log(flags.json ? JSON.stringify({ report: out, runs: distinct }, null, 2) : out);
  return 0;
}

function parseUpdates(text: string): number[] {
  const numbers = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (!numbers.some(Number.isNaN)) return numbers;
  throw new EspalierError(
    'ESPALIER_INVALID_OPTION',
    `--updates ${text}: write numbers of updates from 0, with commas between them, e.g. --updates 0,10,30`,
  );
}
