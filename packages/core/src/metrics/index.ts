export { Exploration } from './exploration.js';
export { type FlopLayer, forwardFlops, trainingFlops } from './flops.js';
export { compareTopologies, type Overlap } from './overlap.js';
export { shareDistance } from './share-distance.js';
