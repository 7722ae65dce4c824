export { apportion } from './apportion.js';
export { ceilCount, floorCount, roundHalfUp, sum } from './rounding.js';
