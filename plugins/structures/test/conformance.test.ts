import { describePlugin } from '@espalier/conformance';
import standard from '@espalier/plugin-standard';
import plugin from '../src/index.js';

describePlugin(plugin, {
  plugins: [standard],
  // Multiples of every group and block, and no larger than it takes.
  layers: [
    { name: 'dense/kernel', kind: 'dense', shape: [16, 8], sources: [] },
    { name: 'convolution/kernel', kind: 'convolution', shape: [2, 1, 8, 8], outputPositions: 16 },
    { name: 'head/kernel', kind: 'dense', shape: [8, 16], sources: ['convolution/kernel'] },
  ],
  choices: {
    'structure/n-m': [{ n: 1, m: 2 }],
    'structure/block': [{ inputs: 2, units: 8, score: 'l2' }],
    'structure/constant-fan-in': [{ ablate: 0.3 }],
  },
});
