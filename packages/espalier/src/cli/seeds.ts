import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EspalierError } from '@espalier/core';
import { buildReport, loadRun, writeReport } from '@espalier/report';
import { makeDirectory, RUN_FILES, type RunSummary, writeSummaries } from '@espalier/runs';
import { compose } from '../compose/compose.js';
import { configure } from './configure.js';
import { decimal, duration, integer, percent } from './format.js';
import { Interruption } from './interruption.js';
import { defaultDirectory } from './output-directory.js';
import type { TrainFlags } from './train.js';

/** Each is a process and a directory: more is a slip of the hand. */
const MOST_SEEDS = 1000;

const BIN = fileURLToPath(new URL('../bin.js', import.meta.url));

/**
 * `espalier train --seeds N`: the same run with N seeds, one process each, as many at a time as there are cores.
 * @returns the exit code
 */
export async function trainSeeds(
  file: string | undefined,
  flags: TrainFlags,
  seeds: string,
): Promise<number> {
  const count = Number(seeds);
  if (!Number.isInteger(count) || count < 1 || count > MOST_SEEDS) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `--seeds is ${seeds}, but must be a number from 1 to ${MOST_SEEDS}.`,
    );
  }
  // Whatever is wrong with the configuration is said once, not by every process.
  const { config, code } = await configure(file, flags);
  const { trainer } = await compose(config, code);
  await trainer.dispose();
  if (config.seed > Number.MAX_SAFE_INTEGER - (count - 1)) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `--seeds ${count} from seed ${config.seed} on goes beyond 2^53 - 1.`,
    );
  }
  const out = config.out ?? `${defaultDirectory(config)}-to-${config.seed + count - 1}`;
  checkFree(out, flags.force ?? false);
  const interruption = new Interruption();
  const group = new ProcessGroup();
  interruption.protect(group);
  try {
    makeDirectory(out);
    const runs = Array.from({ length: count }, (_, i) => config.seed + i);
    if (!flags.json) console.log(`${config.method.use} with seeds ${runs[0]} to ${runs.at(-1)}, into ${out}`);
    const summaries = await inParallel(runs, async (seed) => {
      const summary = await group.train(file, { ...flags, seed: `${seed}`, out: join(out, `seed-${seed}`) });
      if (!flags.json && summary) console.log(describeSeed(summary));
      return summary;
    });
    const finished = summaries.filter((summary) => summary !== undefined);
    if (finished.length > 0) writeSummaries(join(out, RUN_FILES.summary), finished);
    const report = finished.length === 0 ? undefined : reportOn(finished, out);
    console.log(flags.json ? JSON.stringify(finished, null, 2) : describeSeeds(finished, report ?? out));
    return interruption.exitCode ?? (finished.length === count ? 0 : 1);
  } finally {
    interruption.end();
  }
}

/** What is there already is a result, or somebody else's. */
function checkFree(out: string, force: boolean): void {
  if (force || !existsSync(out) || readdirSync(out).length === 0) return;
  throw new EspalierError(
    'ESPALIER_OUTPUT_EXISTS',
    `${out} is not empty. Replace the runs that it holds with --force, or choose another output directory.`,
  );
}

/** The seeds side by side, in pictures. @returns the page's path */
function reportOn(summaries: readonly RunSummary[], out: string): string {
  const page = buildReport(summaries.map(({ seed }) => loadRun(join(out, `seed-${seed}`))));
  const path = join(out, RUN_FILES.report);
  writeReport(path, page, { force: true });
  return path;
}

/** The processes that are training, so that they can be stopped together. */
class ProcessGroup {
  readonly #kill = new Set<(signal: NodeJS.Signals) => void>();
  #stopped = false;

  /** @returns the run's summary; undefined where it failed, which it has said itself, or was never begun */
  train(file: string | undefined, flags: TrainFlags): Promise<RunSummary | undefined> {
    if (this.#stopped) return Promise.resolve(undefined);
    const args = ['train', ...(file === undefined ? [] : [file]), ...spell({ ...flags, json: true })];
    // A group of its own: Ctrl-C reaches it through us alone, and once.
    const child = spawn(process.execPath, [BIN, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const kill = (signal: NodeJS.Signals) => child.kill(signal);
    this.#kill.add(kill);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    return new Promise((resolve) => {
      child.on('close', () => {
        this.#kill.delete(kill);
        resolve(text === '' ? undefined : (JSON.parse(text) as RunSummary));
      });
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const kill of this.#kill) kill('SIGINT');
  }

  abandon(): void {
    for (const kill of this.#kill) kill('SIGKILL');
  }
}

/** The flags as somebody would type them. */
function spell({ seeds: _, ...flags }: TrainFlags): string[] {
  return Object.entries(flags).flatMap(([key, value]) => {
    const option = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [option];
    if (Array.isArray(value)) return value.flatMap((one: string) => [option, one]);
    return typeof value === 'string' ? [option, value] : [];
  });
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), items.length) }, worker));
  return results;
}

function describeSeed({ seed, metrics, seconds, outcome }: RunSummary): string {
  const accuracy = metrics.test?.accuracy;
  const result = accuracy === undefined ? '' : `  test accuracy ${percent(accuracy)}`;
  const loss = metrics.test === undefined ? '' : `  loss ${decimal(metrics.test.loss)}`;
  return `  seed ${seed}${result}${loss}  ${duration(seconds.total)}${outcome === 'completed' ? '' : `  ${outcome}`}`;
}

function describeSeeds(summaries: readonly RunSummary[], out: string): string {
  if (summaries.length === 0) return `No run was finished. See ${out}`;
  const lines = [
    `${summaries.length} ${summaries.length === 1 ? 'run' : 'runs'}, mean and standard deviation:`,
  ];
  const row = (name: string, values: readonly (number | undefined)[], show: (n: number) => string) => {
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) return;
    const { mean, deviation } = moments(known);
    lines.push(`  ${name.padEnd(18)}${show(mean)}${deviation === undefined ? '' : ` ± ${show(deviation)}`}`);
  };
  row(
    'test accuracy',
    summaries.map(({ metrics }) => metrics.test?.accuracy),
    percent,
  );
  row(
    'test loss',
    summaries.map(({ metrics }) => metrics.test?.loss),
    decimal,
  );
  row(
    'non-zeros',
    summaries.map(({ layers }) => layers.reduce((all, { nonZerosEnd }) => all + nonZerosEnd, 0)),
    (n) => integer(Math.round(n)),
  );
  row(
    'topology updates',
    summaries.map(({ topologyUpdates }) => topologyUpdates),
    (n) => integer(Math.round(n)),
  );
  row(
    'time',
    summaries.map(({ seconds }) => seconds.total),
    duration,
  );
  return [...lines, `See ${out}`].join('\n');
}

/** The mean, and from two values on the sample's standard deviation. */
function moments(values: readonly number[]): {
  readonly mean: number;
  readonly deviation: number | undefined;
} {
  const mean = values.reduce((all, value) => all + value, 0) / values.length;
  if (values.length < 2) return { mean, deviation: undefined };
  const squares = values.reduce((all, value) => all + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
