import { architectureByName, fitInput, outputShape } from '@espalier/architectures';
import { type Architecture, type Dataset, EspalierError, type Network } from '@espalier/core';
import type { ResolvedConfig } from '@espalier/runs';
import type { CodeParts } from './code-config.js';
import { checkModelFit } from './model-fit.js';

/**
 * The network of a configuration.
 * @throws EspalierError ESPALIER_DATA_SHAPE where the data do not fit it
 */
export function resolveNetwork(config: ResolvedConfig, code: CodeParts, dataset: Dataset): Network {
  if (code.model !== undefined) {
    checkModelFit(code.model, dataset);
    return { model: code.model };
  }
  const { use, ...options } = config.architecture;
  const architecture = code.architecture ?? architectureByName(use, options);
  checkFit(architecture, dataset);
  return { architecture };
}

function checkFit(architecture: Architecture, dataset: Dataset): void {
  fitInput(architecture, dataset.inputShape);
  const shape = outputShape(architecture);
  const outputs = shape.reduce((product, n) => product * n, 1);
  if (outputs === dataset.outputs) return;
  const what = dataset.task === 'classification' ? 'classes' : 'values per target';
  throw new EspalierError(
    'ESPALIER_DATA_SHAPE',
    `The architecture "${architecture.name}" has ${outputs} outputs, but the data set "${dataset.name}" has ` +
      `${dataset.outputs} ${what}; give the last layer ${dataset.outputs} units.`,
  );
}
