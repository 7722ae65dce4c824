import { Argument, type Command } from 'commander';
import type { Shell } from '../completion.js';

/** `espalier completion` @param program - what is to be completed, this command included */
export function addCompletion(program: Command, done: (code: number) => void): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .showHelpAfterError('Options are listed by: espalier completion --help')
    .addHelpText(
      'after',
      `
Examples:
  eval "$(espalier completion bash)"     # in ~/.bashrc
  eval "$(espalier completion zsh)"      # in ~/.zshrc, after compinit
  espalier completion fish | source      # in ~/.config/fish/config.fish`,
    )
    .action(async (shell: Shell) => {
      const { completion } = await import('../completion.js');
      done(await completion(program, shell));
    });
}
