import type { Command } from 'commander';
import { configOptions } from '../config-options.js';
import type { PlanFlags } from '../plan.js';

/** `espalier plan` */
export function addPlan(program: Command, done: (code: number) => void): void {
  const command = program
    .command('plan')
    .description('show what a run would do, without doing it')
    .argument('[file]', 'run file: .yaml, .json, or .ts with defineConfig');
  configOptions(command)
    .option('--json', 'print JSON')
    .showHelpAfterError('Options are listed by: espalier plan --help')
    .addHelpText(
      'after',
      `
Examples:
  espalier plan run.yaml
  espalier plan --method ggr --sparsity 0.98 --epochs 3
  espalier plan --set 'sparsity.keepDense=[dense_3]'`,
    )
    .action(async (file: string | undefined, flags: PlanFlags) => {
      const { plan } = await import('../plan.js');
      done(await plan(file, flags));
    });
}
