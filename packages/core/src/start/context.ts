import type { LayerShape, StartContext, StartOracle } from '../contract.js';
import type { RandomSource } from '../random/index.js';
import type { Bound } from '../registry/index.js';

/** What the calls of strategies before the first step share. */
export interface StartScope {
  readonly density: number;
  /** The sparse ones. */
  readonly layers: readonly LayerShape[];
  readonly random: RandomSource;
  readonly options: { readonly report?: StartContext['report'] };
  readonly oracle: StartOracle;
}

/** The context of a strategy's calls before the first step, with streams of its own. */
export function startContext(
  bound: Bound<unknown>,
  { density, layers, random, options, oracle }: StartScope,
): StartContext {
  return {
    density,
    layers,
    oracle,
    random: (purpose, layer) => random.stream(`${bound.slot}/${bound.name}/${purpose}`, layer?.name ?? '', 0),
    report: options.report ?? (() => {}),
  };
}
