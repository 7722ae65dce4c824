import { type Command, Option } from 'commander';
import type { BenchFlags } from '../bench.js';
import { collect } from '../config-options.js';

/** `espalier bench` */
export function addBench(program: Command, done: (code: number) => void): void {
  program
    .command('bench')
    .description('measure training steps on this machine, by engine and density')
    .addOption(new Option('--network <name>', '(default: both)').choices(['lenet-300-100', 'mlp-1000']))
    .option(
      '-b, --batch-size <number>',
      'examples per step (default: 32 for lenet-300-100, 128 for mlp-1000)',
    )
    .option('-d, --density <share>', 'share of active weights; repeatable (default: from 1 to 0.01)', collect)
    .option('--quick', 'fewer densities and steps')
    .option('--json', 'print JSON')
    .showHelpAfterError('Options are listed by: espalier bench --help')
    .addHelpText(
      'after',
      `
The engines take steps in turns, so that what else the machine does meets them
all alike; the figures are medians. mlp-1000 has the layers
784-1000-1000-1000-10.

Examples:
  espalier bench --quick
  espalier bench --network mlp-1000 --batch-size 64
  espalier bench --density 0.05 --density 0.02 --json > here.json`,
    )
    .action(async (flags: BenchFlags) => {
      const { bench } = await import('../bench.js');
      done(await bench(flags));
    });
}
