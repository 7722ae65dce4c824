export { type ReferenceEngineOptions, referenceEngine } from './factory.js';
