export * from './contract.js';
export * from './errors/index.js';
