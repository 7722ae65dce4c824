export { philox4x32 } from './philox.js';
export { sampleOutside } from './sample.js';
export { createRandomSource, type RandomSource } from './source.js';
