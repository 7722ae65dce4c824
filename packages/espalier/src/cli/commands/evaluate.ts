import { type Command, Option } from 'commander';
import { collect } from '../config-options.js';
import type { EvaluateFlags } from '../evaluate.js';

/** `espalier evaluate` */
export function addEvaluate(program: Command, done: (code: number) => void): void {
  program
    .command('evaluate')
    .description('evaluate the weights of a run')
    .argument('<directory>', 'run directory')
    .option('--split <name>', 'of the data set; repeatable (default: test)', collect)
    .addOption(
      new Option('--weights <which>', 'model: those at the end; best: those that --keep-best kept')
        .choices(['model', 'best'])
        .default('model'),
    )
    .option('--data <name>', "(default: the run's)")
    .option('--data-dir <directory>', 'where the data set is, for those that are not embedded')
    .option('--engine <name>', "(default: the run's)")
    .option('--backend <name>', "the engine's backend (default: the run's, on its engine)")
    .option(
      '--set <key=value>',
      'any setting of the run file, e.g. data.directory=images; repeatable',
      collect,
    )
    .option('--json', 'print JSON')
    .showHelpAfterError('Options are listed by: espalier evaluate --help')
    .addHelpText(
      'after',
      `
On the run's own engine and backend the result is that of its last evaluation.

Examples:
  espalier evaluate runs/first
  espalier evaluate runs/first --weights best --split validation
  espalier evaluate runs/first --backend wasm --json`,
    )
    .action(async (directory: string, flags: EvaluateFlags) => {
      const { evaluate } = await import('../evaluate.js');
      done(await evaluate(directory, flags));
    });
}
