import { type Command, Option } from 'commander';
import { collect } from '../config-options.js';

/** Adds the options of a command that runs a trained network on data. */
export function addTrainedOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--weights <which>', 'model: those at the end; best: those that --keep-best kept')
        .choices(['model', 'best'])
        .default('model'),
    )
    .option('--data <name>', "(default: the run's)")
    .option('--data-dir <directory>', 'where the data set is, for those that are not embedded')
    .option('--engine <name>', "(default: the run's)")
    .option('--backend <name>', "the engine's backend (default: the run's, on its engine)")
    .option('--threads <number>', "that compute, with the engine sparse (default: the run's, on its engine)")
    .option(
      '--set <key=value>',
      'any setting of the run file, e.g. data.directory=images; repeatable',
      collect,
    );
}
