import type { Command } from 'commander';
import type { ReportFlags } from '../report.js';

/** `espalier report` */
export function addReport(program: Command, done: (code: number) => void): void {
  program
    .command('report')
    .description('make an HTML report of one run, or of several side by side')
    .argument('<directory...>', 'run directories; runs that differ in the seed only are put together')
    .option('-o, --out <file>', '(default: report.html in the run directory, or here for several runs)')
    .option('-u, --updates <numbers>', 'topologies to show, e.g. 0,10,30 (default: start, middle and end)')
    .option('-f, --force', 'replace a file that is no report')
    .option('--json', 'print where the report is and what it is of as JSON')
    .showHelpAfterError('Options are listed by: espalier report --help')
    .addHelpText(
      'after',
      `
Examples:
  espalier report runs/first
  espalier report runs/set runs/rigl runs/ggr --out comparison.html`,
    )
    .action(async (directories: readonly string[], flags: ReportFlags) => {
      const { report } = await import('../report.js');
      done(report(directories, flags));
    });
}
