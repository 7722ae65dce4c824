import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Dataset, ExpandedChoice } from '@espalier/core';
import { datasetByName } from '@espalier/data';
import { directory } from '@espalier/data-fashion-mnist-mini';
import type { ResolvedConfig } from '@espalier/runs';
import type { CodeParts } from './code-config.js';

/** The data set of a configuration. */
export function resolveDataset(config: ResolvedConfig, code: CodeParts): Dataset {
  return code.dataset ?? loadDataset(config.data, code.baseDirectory);
}

/**
 * A data set by name.
 * @param baseDirectory - what its directory is relative to, unless it is there from the working directory only
 */
export function loadDataset({ use, ...options }: ExpandedChoice, baseDirectory: string): Dataset {
  return datasetByName(use, options, {
    embedded: { 'fashion-mnist-mini': directory() },
    baseDirectory: baseOf(options.directory, baseDirectory),
  });
}

/** Like plugins, directories are looked up beside the run file, else in the working directory. */
function baseOf(directory: unknown, runFiles: string): string {
  const here = process.cwd();
  if (typeof directory !== 'string' || existsSync(resolve(runFiles, directory))) return runFiles;
  return existsSync(resolve(here, directory)) ? here : runFiles;
}
