import type { Command } from 'commander';
import type { DoctorFlags } from '../doctor.js';

/** `espalier doctor` */
export function addDoctor(program: Command, done: (code: number) => void): void {
  program
    .command('doctor')
    .description('say what can train here, and what can not')
    .option('--json', 'print JSON')
    .showHelpAfterError('Options are listed by: espalier doctor --help')
    .addHelpText(
      'after',
      `
Every engine and backend trains a tiny network in a process of its own.
The exit code is 1 where none of them can.`,
    )
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('../doctor.js');
      done(await doctor(flags));
    });
}
