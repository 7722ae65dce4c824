export { referenceEngine } from './factory.js';
