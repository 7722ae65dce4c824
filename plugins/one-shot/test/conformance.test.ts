import { describePlugin } from '@espalier/conformance';
import standard from '@espalier/plugin-standard';
import plugin from '../src/index.js';

describePlugin(plugin, {
  plugins: [standard],
  layers: [
    { name: 'convolution/kernel', kind: 'convolution', shape: [3, 3, 4, 4], outputPositions: 4 },
    { name: 'column/kernel', kind: 'dense', shape: [9, 1] },
    { name: 'single/kernel', kind: 'dense', shape: [1, 1], sources: ['column/kernel'] },
  ],
  choices: {
    'allocate/snip': [{ batches: 2 }],
    'topology/synflow': [{ iterations: 3 }],
    'method/grasp': [{ batches: 2 }],
  },
});
