export { countLargestAcross, countLowestAcross } from './across.js';
export { firstNaN } from './keys.js';
export { selectLargest } from './largest.js';
export {
  allPositions,
  allWithout,
  common,
  indicesWithout,
  newPositions,
  pick,
  union,
  valuesAt,
  without,
} from './positions.js';
export { strongestOf } from './strongest.js';
