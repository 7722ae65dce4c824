/**
 * The pieces of a run outside of training: its configuration, and the directory it writes.
 * @module
 */
export { formatConfig } from './config/format.js';
export { loadConfigFile } from './config/load.js';
export { parseConfig, toRunConfig } from './config/parse.js';
export {
  defineConfig,
  type FromConfig,
  type Named,
  type OptimizerConfig,
  type ResolvedConfig,
  type RunConfig,
  type ScheduleConfig,
} from './config/run-config.js';
export { setPath } from './config/set-path.js';
export { RUN_FILES, RunDirectory } from './directory/run-directory.js';
export { readEvents } from './events/reader.js';
export { EventLog } from './events/writer.js';
export { writeFileAtomic } from './files/atomic.js';
export { makeDirectory } from './files/make-directory.js';
export { SummaryCollector, type SummaryFacts } from './summary/collector.js';
export { readSummary, writeSummaries, writeSummary } from './summary/files.js';
export type { LayerSummary, Measurements, Outcome, RunSummary, SplitMetrics } from './summary/run-summary.js';
export type { TopologyDifference, TopologyLayer, TopologyUpdate } from './topology/format.js';
export { readTopology, TopologyLog } from './topology/reader.js';
export { TopologyWriter } from './topology/writer.js';
export type { TensorData } from './weights/dtypes.js';
export { readModel, type SavedModel, writeModel } from './weights/model.js';
export { readSafetensors, type Tensor, type TensorFile, writeSafetensors } from './weights/safetensors.js';
