import type { Batch } from '@espalier/core';
import { createPredictor, type Predictor } from '../trained/predictor.js';
import { batchesOf } from '../trained/split.js';
import { openTrainedRun, type TrainedRunFlags } from './trained-run.js';

/** What the command line of `espalier predict` gives. */
export interface PredictFlags extends TrainedRunFlags {
  readonly split: string;
  readonly json?: boolean;
}

/** What is said of one example: its number, the answer, and what is right. */
type Row = Readonly<Record<string, number>>;

/**
 * `espalier predict`: what the network of a run answers for each example of some data, as CSV or JSON.
 * @returns the exit code
 * @throws EspalierError where the directory is damaged or has no such weights, or the data have no such split
 */
export async function predict(directory: string, { split, json, ...flags }: PredictFlags): Promise<number> {
  const { engine, dataset } = await openTrainedRun(directory, flags);
  const predictor = createPredictor(engine, dataset);
  try {
    const rows: Row[] = [];
    for (const batch of batchesOf(dataset, split)) {
      const answers =
        dataset.task === 'classification' ? await classify(predictor, batch) : await value(predictor, batch);
      for (const answer of answers) rows.push({ example: rows.length, ...answer });
    }
    console.log(json ? JSON.stringify(rows, null, 2) : csv(rows));
    return 0;
  } finally {
    predictor.dispose();
  }
}

async function classify(predictor: Predictor, { inputs, size, labels }: Batch): Promise<Row[]> {
  const classes = await predictor.classes(inputs, size);
  const probabilities = await predictor.probabilities(inputs, size);
  return Array.from(classes, (answer, i) => ({
    class: answer,
    probability: probabilities[i * predictor.outputs + answer]!,
    label: labels![i]!,
  }));
}

async function value(predictor: Predictor, { inputs, size, targets }: Batch): Promise<Row[]> {
  const { outputs } = predictor;
  const values = await predictor.predict(inputs, size);
  const columns = Array.from({ length: outputs }, (_, i) => i);
  return Array.from({ length: size }, (_, example) =>
    Object.fromEntries([
      ...columns.map((i) => [`output_${i}`, values[example * outputs + i]!]),
      ...columns.map((i) => [`target_${i}`, targets![example * outputs + i]!]),
    ]),
  );
}

function csv(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))].join('\n');
}
