/**
 * The test kit for plugins and engines.
 * @module
 */
export { type Check, Untried } from './plugin/check.js';
export { describePlugin } from './plugin/describe-plugin.js';
export type { MethodOptions, PluginOptions } from './plugin/options.js';
export { type PluginCheck, pluginChecks } from './plugin/plugin-checks.js';
