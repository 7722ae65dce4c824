import { train } from './train.js';

Object.assign(globalThis, { train });
