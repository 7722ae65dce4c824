/**
 * The test kit for plugins and engines.
 * @module
 */
export { type Check, Untried } from './checks/check.js';
export type { ReasonedCheck } from './checks/skip.js';
export { agreementChecks, describeAgreement } from './engine/agreement.js';
export { changeOf, expectClose, expectEqual, expectSameState } from './engine/compare.js';
export { describeEngine } from './engine/describe-engine.js';
export { engineChecks } from './engine/engine-checks.js';
export { NETWORKS, type TestNetwork } from './engine/networks.js';
export type { EngineOptions } from './engine/options.js';
export { drawBatch, drawPositions, requestFor, stepRequest } from './engine/request.js';
export { describePlugin } from './plugin/describe-plugin.js';
export type { MethodOptions, PluginOptions } from './plugin/options.js';
export { pluginChecks } from './plugin/plugin-checks.js';
export type { FactoryFor } from './training/begin.js';
