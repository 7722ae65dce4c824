import { exportLayersModel } from '../trained/export-layers-model.js';

/** What the command line of `espalier export` gives. */
export interface ExportFlags {
  readonly weights: 'model' | 'best';
  readonly softmax?: boolean;
  readonly force?: boolean;
}

/**
 * `espalier export`: the network of a run, for other programs.
 * @returns the exit code
 * @throws EspalierError as `exportLayersModel` does
 */
export async function exportRun(directory: string, target: string, flags: ExportFlags): Promise<number> {
  console.log(await exportLayersModel(directory, target, flags));
  return 0;
}
