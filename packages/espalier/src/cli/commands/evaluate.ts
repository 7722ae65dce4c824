import type { Command } from 'commander';
import { collect } from '../config-options.js';
import type { EvaluateFlags } from '../evaluate.js';
import { addTrainedOptions } from './trained-options.js';

/** `espalier evaluate` */
export function addEvaluate(program: Command, done: (code: number) => void): void {
  const command = program
    .command('evaluate')
    .description('evaluate the weights of a run')
    .argument('<directory>', 'run directory')
    .option('--split <name>', 'of the data set; repeatable (default: test)', collect);
  addTrainedOptions(command)
    .option('--json', 'print JSON')
    .showHelpAfterError('Options are listed by: espalier evaluate --help')
    .addHelpText(
      'after',
      `
On the run's own engine and backend the result is that of its last evaluation.

Examples:
  espalier evaluate runs/first
  espalier evaluate runs/first --weights best --split validation
  espalier evaluate runs/first --data mnist --data-dir my/images --json`,
    )
    .action(async (directory: string, flags: EvaluateFlags) => {
      const { evaluate } = await import('../evaluate.js');
      done(await evaluate(directory, flags));
    });
}
