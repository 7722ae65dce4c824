import { describePlugin } from '@espalier/conformance';
import standard from '@espalier/plugin-standard';
import plugin from '../src/index.js';

describePlugin(plugin, {
  plugins: [standard],
  choices: {
    'hook/drift': [{ l1: 0, temperature: 0 }],
    'method/deepr': [{ variant: 'categorical', l1: 0.01 }],
  },
});
