/**
 * What engines need: contracts, errors, selection, numbers and random streams. All of it is in `@espalier/core` as
 * well; this entry leaves out registry, planning and training, so that who only runs an engine does not load the
 * libraries that these need.
 * @module
 */
export * from './contract.js';
export * from './errors/index.js';
export { describeLayer } from './layers/describe.js';
export * from './numbers/index.js';
export * from './random/index.js';
export * from './selection/index.js';
