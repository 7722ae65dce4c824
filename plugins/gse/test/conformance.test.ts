import { describePlugin } from '@espalier/conformance';
import standard from '@espalier/plugin-standard';
import plugin from '../src/index.js';

describePlugin(plugin, {
  plugins: [standard],
  choices: {
    'regrow/sampled-gradient': [{ distribution: 'uniform' }, { distribution: 'grabo', sample: 0.1 }],
    'redistribute/sampled-rank': [{ distribution: 'uniform' }],
    'method/gse': [{ distribution: 'uniform' }, { distribution: 'uniform', scope: 'per-layer' }],
  },
});
