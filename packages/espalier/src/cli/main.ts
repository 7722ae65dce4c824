import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.js';
import { commandLine } from './command-line.js';
import { addBench } from './commands/bench.js';
import { addCompletion } from './commands/completion.js';
import { addDoctor } from './commands/doctor.js';
import { addEvaluate } from './commands/evaluate.js';
import { addExpand } from './commands/expand.js';
import { addExport } from './commands/export.js';
import { addPlan } from './commands/plan.js';
import { addPredict } from './commands/predict.js';
import { addReport } from './commands/report.js';
import { addStrategies } from './commands/strategies.js';
import { addTopology } from './commands/topology.js';
import { addTrain } from './commands/train.js';
import { explainError } from './explain-error.js';
import { nameChoices } from './name-choices.js';

/**
 * The command `espalier`.
 * @param args - without node and script
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  let code = 0;
  const program = createProgram(commandLine(args), (result) => {
    code = result;
  });
  try {
    await program.parseAsync(helpLast(args), { from: 'user' });
    return code;
  } catch (error) {
    // The parser has printed help, version or complaint itself.
    if (error instanceof CommanderError) return error.exitCode;
    process.stderr.write(`${explainError(error)}\n`);
    return 1;
  }
}

function createProgram(line: string, done: (code: number) => void): Command {
  const program = new Command('espalier')
    .description('Dynamic sparse training: train sparse from the first step to the last.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'espalier: ')),
    })
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false)
    .addHelpText('after', '\nOptions and examples: espalier COMMAND --help')
    .hook('preSubcommand', (_program, command) => nameChoices(command));
  addTrain(program, line, done);
  addPlan(program, done);
  addExpand(program, done);
  addStrategies(program, done);
  addEvaluate(program, done);
  addPredict(program, done);
  addExport(program, done);
  addReport(program, done);
  addTopology(program, done);
  addDoctor(program, done);
  addBench(program, done);
  addCompletion(program, done);
  return program;
}

/** `help COMMAND` as `COMMAND --help`: only that lets the known names be loaded before the help is printed. */
function helpLast(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args;
  return first === 'help' ? [...rest, '--help'] : args;
}
