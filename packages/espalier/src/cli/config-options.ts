import { type Command, Option } from 'commander';

/** For options that may be given more than once. */
export const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

/** Declares what every command that takes a configuration can be told about it. */
export function configOptions(command: Command): Command {
  return command
    .option('-m, --method <name>', '(default: ggr)')
    .addOption(
      new Option('-s, --sparsity <share>', 'share of inactive weights (default: 0.9)').conflicts('density'),
    )
    .option('-d, --density <share>', 'share of active weights, 1 - sparsity')
    .option('--data <name>', '(default: fashion-mnist-mini)')
    .option('--data-dir <directory>', 'where the data set is, for those that are not embedded')
    .option('--validation <share>', 'of the training examples, set aside as the split validation')
    .option('-a, --architecture <name>', '(default: lenet-300-100)')
    .option('-e, --epochs <number>', 'passes over the training data (default: 10)')
    .option('-b, --batch-size <number>', 'examples per step (default: 32)')
    .option('--optimizer <name>', 'sgd, adam, adamw (default: sgd with momentum 0.9)')
    .option('--learning-rate <number>', 'before its schedule (default: 0.1 for sgd)')
    .option('--keep-best', 'keep the weights with the lowest validation loss too')
    .option('--patience <number>', 'end early after so many evaluations without a better one; keeps the best')
    .option('--from <directory>', 'start from the weights of this run, dense or sparse')
    .option('--from-topology <which>', 'magnitude: the largest weights; given: as it stands there')
    .option('--rewind', 'take the topology only; weights start anew, as a lottery ticket')
    .option('--observe <name>', 'measured besides; repeatable', collect)
    .option('--engine <name>', '(default: auto)')
    .option('--backend <name>', "the engine's backend, e.g. wasm, node-gpu (default: the best that loads)")
    .option('--threads <number>', 'that compute, with the engine sparse (default: as many as pay)')
    .option('--seed <number>', 'of every random draw (default: 0)')
    .option(
      '--set <key=value>',
      'any setting of a run file, e.g. regrow=random, method.dropFraction=0.5; repeatable',
      collect,
    )
    .option('--plugin <package>', 'a plugin package or file; repeatable', collect);
}
