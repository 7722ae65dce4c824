/**
 * The contracts: everything that a plugin or an engine needs to know. No imports from elsewhere.
 * @module
 */
export * from './contract/architecture.js';
export * from './contract/clock.js';
export * from './contract/data.js';
export * from './contract/engine.js';
export * from './contract/events.js';
export * from './contract/layers.js';
export * from './contract/plugin.js';
export * from './contract/positions.js';
export * from './contract/random.js';
export * from './contract/recipe.js';
export * from './contract/strategies.js';
