import { NETWORKS, type TestNetwork } from './networks.js';

/** What {@link describeEngine} may be told. */
export interface EngineOptions {
  /** Networks that the engine is compared with the reference on. Default {@link NETWORKS}; those refused are skipped. */
  readonly networks?: readonly TestNetwork[];
  /** Examples per batch of gradient checks. Default one size, 5; engines that work in tiles try several. */
  readonly batchSizes?: readonly number[];
  /** Of gradients and signals, relative to a layer's largest. Default 2e-5, for single precision. */
  readonly tolerance?: number;
  /** Of parameters and slots after five steps. Default 2e-3. */
  readonly stateTolerance?: number;
  /** What is not checked, with the reason; by the start of a check's name. A name that no check has is an error. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** The options with every default filled in. */
export function completeEngineOptions(options: EngineOptions): Required<EngineOptions> {
  return { networks: NETWORKS, batchSizes: [5], tolerance: 2e-5, stateTolerance: 2e-3, skip: {}, ...options };
}
