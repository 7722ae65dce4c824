import { type Spread, spreadOfPresent } from '../compare/statistics.js';
import type { ReportContext, ShownGroup } from '../context.js';
import { counted, decimal, duration, integer, listed, percent, withDeviation } from '../html/numbers.js';
import type { LoadedRun } from '../run/loaded-run.js';
import { density, nonZeros, sizeOf } from './comparison.js';
import { headlineSplit } from './headline-split.js';

/** What came out, in plain sentences. */
export interface Headline {
  readonly title: string;
  readonly sentences: readonly string[];
}

/** The report's title and its result in plain sentences. */
export function headline(context: ReportContext): Headline {
  const runs = context.groups.flatMap((group) => group.runs);
  const unfinished = runs.filter(({ summary }) => summary.outcome !== 'completed').map(unfinishedSentence);
  const { title, sentences } =
    runs.length === 1 ? ofOne(context.groups[0]!) : ofSeveral(context.groups, runs.length);
  return { title, sentences: [...sentences, ...unfinished] };
}

function ofOne(group: ShownGroup): Headline {
  const [run] = group.runs as [LoadedRun];
  const { summary } = run;
  const split = headlineSplit([group]);
  const result = metricOf(group, split);
  const network = `${summary.architecture.use} on ${summary.data.use}`;
  const weights =
    nonZeros(run) === sizeOf(run)
      ? `all ${integer(sizeOf(run))} weights`
      : `${integer(nonZeros(run))} of ${integer(sizeOf(run))} weights (density ${percent(density(run))})`;
  const rewired =
    summary.topologyUpdates === 0
      ? 'never rewired'
      : `rewired ${summary.topologyUpdates === 1 ? 'once' : `${integer(summary.topologyUpdates)} times`}`;
  const outcome =
    result === undefined
      ? ''
      : ` Its ${result.accuracy ? 'accuracy' : 'loss'} on the ${split} split is ${result.text}.`;
  return {
    title: `${summary.method}, ${network}`,
    sentences: [
      `${summary.method} trained ${network} with ${weights}, ${rewired}, in ${duration(summary.seconds.total)} on ${summary.engine.name} (${summary.engine.backend}).${outcome}`,
    ],
  };
}

function ofSeveral(groups: readonly ShownGroup[], runs: number): Headline {
  const split = headlineSplit(groups);
  const { architecture } = groups[0]!.runs[0]!.summary;
  const data = [...new Set(groups.flatMap((group) => group.runs.map(({ summary }) => summary.data.use)))];
  const scored = groups
    .map((group) => ({ group, result: metricOf(group, split) }))
    .flatMap(({ group, result }) => (result === undefined ? [] : [{ group, result }]))
    .sort((a, b) => b.result.rank - a.result.rank);
  const results = scored.map(({ group, result }) => `${group.label} ${result.text}`);
  const single = groups.some((group) => group.runs.length === 1);
  const what = scored.some(({ result }) => result.accuracy) ? 'accuracy' : 'loss';
  return {
    title: `${counted(runs, 'run')} of ${architecture.use} on ${listed(data)}`,
    sentences: [
      results.length === 0
        ? `${listed(groups.map(({ label }) => label))}; none was evaluated.`
        : `${split.charAt(0).toUpperCase()}${split.slice(1)} ${what}: ${listed(results)}.`,
      ...(single && groups.length > 1
        ? [
            'With one run of a configuration, small differences may be chance; more seeds show how far runs scatter.',
          ]
        : []),
    ],
  };
}

interface Result {
  readonly text: string;
  /** Whether it is an accuracy, not a loss. */
  readonly accuracy: boolean;
  /** The larger, the better. */
  readonly rank: number;
}

/** The split's accuracy, or its loss where there is none. */
function metricOf({ runs }: ShownGroup, split: string): Result | undefined {
  const over = (of: 'accuracy' | 'loss'): Spread | undefined =>
    spreadOfPresent(runs.map(({ summary }) => summary.metrics[split]?.[of]));
  const accuracy = over('accuracy');
  if (accuracy !== undefined) {
    return { text: withDeviation(accuracy, percent), accuracy: true, rank: accuracy.mean };
  }
  const loss = over('loss');
  return loss && { text: withDeviation(loss, decimal), accuracy: false, rank: -loss.mean };
}

function unfinishedSentence({ directory, summary, totalSteps }: LoadedRun): string {
  const how = {
    stopped: 'was stopped',
    failed: 'failed',
    'early-stopped': 'ended early, as nothing got better,',
    completed: 'ended',
  }[summary.outcome];
  return `The run in ${directory} ${how} after ${integer(summary.steps)} of ${counted(totalSteps, 'step')}; everything here is until then.`;
}
