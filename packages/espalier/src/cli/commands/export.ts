import { type Command, Option } from 'commander';
import type { ExportFlags } from '../export.js';

/** `espalier export` */
export function addExport(program: Command, done: (code: number) => void): void {
  program
    .command('export')
    .description('write the network of a run for other programs')
    .argument('<directory>', 'run directory')
    .argument('<target>', 'directory for the files')
    .addOption(
      new Option('--format <name>', 'tfjs: model.json and weights.bin, for tf.loadLayersModel')
        .choices(['tfjs'])
        .default('tfjs'),
    )
    .addOption(
      new Option('--weights <which>', 'model: those at the end; best: those that --keep-best kept')
        .choices(['model', 'best'])
        .default('model'),
    )
    .option('--softmax', 'give probabilities in place of logits')
    .option('-f, --force', 'replace a model that is there')
    .showHelpAfterError('Options are listed by: espalier export --help')
    .addHelpText(
      'after',
      `
Kernels become dense, with zeros where no weight is active.

Examples:
  espalier export runs/first web/model
  espalier export runs/first web/model --weights best --softmax`,
    )
    .action(async (directory: string, target: string, flags: ExportFlags) => {
      const { exportRun } = await import('../export.js');
      done(await exportRun(directory, target, flags));
    });
}
