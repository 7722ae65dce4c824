import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunDirectory } from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from './temporary.js';

/** A directory as a run leaves it, as far as opening looks. */
function directoryOf(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

const open = (directory: string) => () => RunDirectory.open(directory);

describe('opening a run directory', () => {
  it('takes one without a summary: the run may be going on, or was cut off', () => {
    const directory = directoryOf({ 'run.yaml': 'seed: 1' });
    expect(RunDirectory.open(directory).file('model')).toBe(join(directory, 'model.safetensors'));
  });

  it('leaves a damaged summary to whoever reads it', () => {
    expect(open(directoryOf({ 'run.yaml': 'seed: 1', 'summary.json': '{"vers' }))).not.toThrow();
  });

  it.each(['0.1.0', '0.1.7'])('takes a run of version %s', (version) => {
    const summary = JSON.stringify({ version });
    expect(open(directoryOf({ 'run.yaml': 'seed: 1', 'summary.json': summary }))).not.toThrow();
  });

  it.each(['0.2.0', '1.1.0', '10.0.0'])('refuses a run of version %s', (version) => {
    const directory = directoryOf({ 'run.yaml': 'seed: 1', 'summary.json': JSON.stringify({ version }) });
    expect(open(directory)).toThrow(
      `[ESPALIER_UNREADABLE_FILE] ${directory}/summary.json: the run was written by Espalier ${version}`,
    );
  });

  it('refuses what is no directory, and says where runs are', () => {
    const directory = directoryOf({ 'b/run.yaml': 'seed: 1', 'a/run.yaml': 'seed: 1', 'c/notes.txt': '' });
    expect(open(join(directory, 'nope'))).toThrow(/nope: there is no such directory/);
    expect(open(join(directory, 'a/run.yaml'))).toThrow(/it is a file, not a run directory/);
    expect(open(join(directory, 'c'))).toThrow(/c: it holds no run: there is no run\.yaml\.$/);
    expect(open(directory)).toThrow(`there are runs in it: ${directory}/a ${directory}/b.`);
  });
});
