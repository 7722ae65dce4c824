export { golden } from '../../../test/support/golden.js';
