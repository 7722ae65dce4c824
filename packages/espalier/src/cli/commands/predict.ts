import type { Command } from 'commander';
import type { PredictFlags } from '../predict.js';
import { addTrainedOptions } from './trained-options.js';

/** `espalier predict` */
export function addPredict(program: Command, done: (code: number) => void): void {
  const command = program
    .command('predict')
    .description('print what the network of a run answers, as CSV')
    .argument('<directory>', 'run directory')
    .option('--split <name>', 'of the data set', 'test');
  addTrainedOptions(command)
    .option('--json', 'print JSON in place of CSV')
    .showHelpAfterError('Options are listed by: espalier predict --help')
    .addHelpText(
      'after',
      `
For each example in its order: the class with the largest output, its probability, and the label; for a regression the
outputs and the targets.

Examples:
  espalier predict runs/first > answers.csv
  espalier predict runs/first --data mnist --data-dir my/images --json`,
    )
    .action(async (directory: string, flags: PredictFlags) => {
      const { predict } = await import('../predict.js');
      done(await predict(directory, flags));
    });
}
