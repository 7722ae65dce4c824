export { type GoldenCase, golden } from '../../../test/support/golden.js';
