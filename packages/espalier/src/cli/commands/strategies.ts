import type { Command } from 'commander';
import { collect } from '../config-options.js';
import type { StrategiesFlags } from '../strategies.js';

/** `espalier strategies` */
export function addStrategies(program: Command, done: (code: number) => void): void {
  program
    .command('strategies')
    .description('list methods, strategies, options and papers')
    .option('--slot <name>', 'one slot only, or method; repeatable', collect)
    .option('--plugin <package>', 'a plugin package or file to list too; repeatable', collect)
    .option('--engine <name>', 'say what runs on this engine: sparse, tfjs or reference')
    .option('--json', 'print JSON')
    .showHelpAfterError('Options are listed by: espalier strategies --help')
    .addHelpText(
      'after',
      `
Examples:
  espalier strategies --slot method
  espalier strategies --slot regrow --slot redistribute
  espalier strategies --slot method --engine sparse
  espalier strategies --plugin @acme/espalier-plugin-momentum`,
    )
    .action(async (flags: StrategiesFlags) => {
      const { strategies } = await import('../strategies.js');
      done(await strategies(flags));
    });
}
