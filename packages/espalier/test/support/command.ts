import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

/** The command as it is installed. */
export const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

if (!existsSync(BIN)) throw new Error(`${BIN} is not built; run "pnpm build" first, as "pnpm test" does.`);

// Starting processes takes long where many others want the processor.
vi.setConfig({ testTimeout: 60_000 });

/** What a run of the command came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the command that may be spoken to while it goes on. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
}

/** Starts `espalier ARGS...` in a directory. */
export function start(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  let settle = (_outcome: Outcome) => {};
  const ended = new Promise<Outcome>((resolve) => {
    settle = resolve;
  });
  const options = { cwd, env: { ...process.env, NO_COLOR: '1', ...env }, maxBuffer: 2 ** 26 };
  const child = execFile(process.execPath, [BIN, ...args], options, (_error, stdout, stderr) => {
    settle({ code: child.exitCode ?? -1, stdout, stderr });
  });
  return { child, ended };
}

/** Runs `espalier ARGS...` in a directory. */
export function espalier(cwd: string, ...args: string[]): Promise<Outcome> {
  return start(cwd, args).ended;
}

/** Flags of a run that takes a moment: 14 steps of a small network on generated data. */
export const TINY: readonly string[] = [
  ...['--data', 'synthetic', '--set', 'data.train=200', '--set', 'data.test=50', '--epochs', '2'],
  ...['--architecture', 'mlp', '--set', 'architecture.layers=[784,20,10]', '--engine', 'reference'],
];

/** Runs `espalier train` with {@link TINY} and further flags. */
export function train(cwd: string, ...flags: string[]): Promise<Outcome> {
  return espalier(cwd, 'train', ...TINY, ...flags);
}
