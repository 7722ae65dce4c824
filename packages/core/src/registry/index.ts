export { type Constructor, inject, injectable, Services } from './container.js';
export { definePlugin, method, service, strategy } from './define.js';
export { completeOptions } from './options.js';
export { type Bound, Registry } from './registry.js';
export { LOGGER, OPTIONS, RANDOM_SOURCE, RUN_FACTS, START_PLANNER, token, UPDATE_PLANNER } from './tokens.js';
