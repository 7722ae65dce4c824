import type { Command } from 'commander';
import { configOptions } from '../config-options.js';
import type { ExpandFlags } from '../expand.js';

/** `espalier expand` */
export function addExpand(program: Command, done: (code: number) => void): void {
  const command = program
    .command('expand')
    .description('print the full recipe of a configuration')
    .argument('[file]', 'run file: .yaml, .json, or .ts with defineConfig');
  configOptions(command)
    .option('--json', 'print JSON')
    .showHelpAfterError('Options are listed by: espalier expand --help')
    .addHelpText(
      'after',
      `
Every slot and switch, with every option, as it may stand in a run file.

Examples:
  espalier expand --method ggr
  espalier expand run.yaml --set regrow=random
  espalier expand --method rigl > run.yaml          # a run file to edit`,
    )
    .action(async (file: string | undefined, flags: ExpandFlags) => {
      const { expand } = await import('../expand.js');
      done(await expand(file, flags));
    });
}
