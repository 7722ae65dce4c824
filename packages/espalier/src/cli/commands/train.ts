import type { Command } from 'commander';
import { configOptions } from '../config-options.js';
import type { TrainFlags } from '../train.js';

/** `espalier train` @param line - the whole command line, for the run to be told of */
export function addTrain(program: Command, line: string, done: (code: number) => void): void {
  const command = program
    .command('train')
    .description('train one network; every option has a default')
    .argument('[file]', 'run file: .yaml, .json, or .ts with defineConfig');
  configOptions(command)
    .option('-o, --out <directory>', 'run directory (default: a new one in runs/)')
    .option('-f, --force', 'replace the run that the directory holds')
    .option('--seeds <number>', 'train so many seeds, from --seed on, and show mean and deviation')
    .option('--json', 'print the summary as JSON and nothing else')
    .showHelpAfterError('Options are listed by: espalier train --help')
    .addHelpText(
      'after',
      `
Examples:
  espalier train --method rigl --sparsity 0.98
  espalier train --method ggr --set method.randomShare=0.25 --epochs 20
  espalier train --method rigl --set regrow=random  # RigL regrown at random
  espalier train run.yaml --seed 1 --out runs/first
  espalier train --validation 0.1 --patience 3      # ends early, keeps the best
  espalier train --method rigl --seeds 5            # one table
  espalier train --from runs/dense --method static  # prune a trained network`,
    )
    .action(async (file: string | undefined, flags: TrainFlags) => {
      if (flags.seeds !== undefined) {
        const { trainSeeds } = await import('../seeds.js');
        done(await trainSeeds(file, flags, flags.seeds));
        return;
      }
      const { train } = await import('../train.js');
      done(await train(file, flags, line));
    });
}
