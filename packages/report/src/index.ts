/**
 * One self-contained HTML page about one run, or about several side by side.
 * @module
 */
export { buildReport, type ReportOptions } from './build-report.js';
export { isReport } from './html/page.js';
export { measureHistory, type TopologyHistory } from './measure/topology-history.js';
export { loadRun } from './run/load-run.js';
export type { LoadedRun, StepLoss } from './run/loaded-run.js';
export { writeReport } from './write-report.js';
