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
  const network = givenNetwork(config, code);
  checkNetworkFit(network, dataset);
  return network;
}

function givenNetwork(config: ResolvedConfig, code: CodeParts): Network {
  if (code.model !== undefined) return { model: code.model };
  const { use, ...options } = config.architecture;
  return { architecture: code.architecture ?? architectureByName(use, options) };
}

/**
 * Makes sure that data go with a network.
 * @throws EspalierError ESPALIER_DATA_SHAPE
 */
export function checkNetworkFit(network: Network, dataset: Dataset): void {
  if ('architecture' in network) checkFit(network.architecture, dataset);
  else checkModelFit(network.model, dataset);
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
