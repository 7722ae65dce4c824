import type { Command } from 'commander';
import { collect } from '../config-options.js';
import type { TopologyFlags } from '../topology.js';

/** `espalier topology` */
export function addTopology(program: Command, done: (code: number) => void): void {
  program
    .command('topology')
    .description('show the topology of a run at any update, or compare those of two')
    .argument(
      '<directory...>',
      'one or two run directories; those of runs that were cut off are read as far as they go',
    )
    .option('-u, --update <number>', '0 is the start, 1 after the first update (default: the last)')
    .option('-l, --layer <glob>', 'these layers only, e.g. dense_1 or "conv*/kernel"; repeatable', collect)
    .option('--positions', 'print the active positions of every layer as JSON')
    .option('--json', 'print the statistics as JSON')
    .showHelpAfterError('Options are listed by: espalier topology --help')
    .addHelpText(
      'after',
      `
Positions are flat row-major indices into the layer's shape.

Examples:
  espalier topology runs/first
  espalier topology runs/first --update 0 --layer dense_1
  espalier topology runs/set runs/rigl
  espalier topology runs/first --positions > positions.json`,
    )
    .action(async (directories: readonly string[], flags: TopologyFlags) => {
      const { topology } = await import('../topology.js');
      done(topology(directories, flags));
    });
}
