export * from './contract.js';
export * from './errors/index.js';
export { describeLayer } from './layers/describe.js';
export * from './numbers/index.js';
export * from './random/index.js';
export * from './selection/index.js';
export { learningRateAt } from './training/learning-rate.js';
