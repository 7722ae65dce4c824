import { ARCHITECTURES } from '@espalier/architectures';
import { DATASETS } from '@espalier/data';
import { Command, CommanderError, Option } from 'commander';
import { ENGINE_NAMES } from '../engines/engines.js';
import { FIRST_PARTY } from '../plugins/first-party.js';
import { VERSION } from '../version.js';
import { explainError } from './explain-error.js';
import type { TrainFlags } from './train-flags.js';

/**
 * The command `espalier`.
 * @param args - without node and script
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command('espalier')
    .description('Dynamic sparse training: train sparse from the first step to the last.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'espalier: ')),
    })
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true });
  addTrain(program, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // The parser has printed help, version or complaint itself.
    if (error instanceof CommanderError) return error.exitCode;
    process.stderr.write(`${explainError(error)}\n`);
    return 1;
  }
}

function addTrain(program: Command, done: (code: number) => void): void {
  const methods = FIRST_PARTY.flatMap((plugin) => plugin.methods);
  const datasets = DATASETS.map(({ name }) => name);
  const list = (names: readonly string[], usual: string) => `${names.join(', ')} (default: ${usual})`;
  const collect = (value: string, all: readonly string[] = []) => [...all, value];
  program
    .command('train')
    .description('train one network; every option has a default')
    .argument('[file]', 'run file: .yaml, .json, or .ts with defineConfig')
    .option('-m, --method <name>', list(methods, 'ggr'))
    .addOption(
      new Option('-s, --sparsity <share>', 'share of inactive weights (default: 0.9)').conflicts('density'),
    )
    .option('-d, --density <share>', 'share of active weights, 1 - sparsity')
    .option('--data <name>', list(datasets, 'fashion-mnist-mini'))
    .option('--data-dir <directory>', 'where the data set is, for those that are not embedded')
    .option('-a, --architecture <name>', list(Object.keys(ARCHITECTURES), 'lenet-300-100'))
    .option('-e, --epochs <number>', 'passes over the training data (default: 10)')
    .option('-b, --batch-size <number>', 'examples per step (default: 32)')
    .option('--optimizer <name>', 'sgd, adam, adamw (default: sgd with momentum 0.9)')
    .option('--learning-rate <number>', 'before its schedule (default: 0.1 for sgd)')
    .option('--engine <name>', list(ENGINE_NAMES, 'auto'))
    .option('--backend <name>', "the engine's backend, e.g. wasm, node-gpu (default: the best that loads)")
    .option('--seed <number>', 'of every random draw (default: 0)')
    .option('-o, --out <directory>', 'run directory (default: a new one in runs/)')
    .option('-f, --force', 'replace the run that the directory holds')
    .option(
      '--set <key=value>',
      'any setting of a run file, e.g. regrow=random, method.dropFraction=0.5; repeatable',
      collect,
    )
    .option('--plugin <package>', 'a plugin package or file; repeatable', collect)
    .option('--json', 'print the summary as JSON and nothing else')
    .showHelpAfterError('Options are listed by: espalier train --help')
    .addHelpText(
      'after',
      `
Examples:
  espalier train --method rigl --sparsity 0.98
  espalier train --method ggr --set method.randomShare=0.25 --epochs 20
  espalier train --method rigl --set regrow=random  # RigL regrown at random
  espalier train run.yaml --seed 1 --out runs/first`,
    )
    .action(async (file: string | undefined, flags: TrainFlags) => {
      const { train } = await import('./train.js');
      done(await train(file, flags));
    });
}
