export { ERROR_CODES, type ErrorCode } from './codes.js';
export { EspalierError } from './espalier-error.js';
export { suggest } from './nearest.js';
