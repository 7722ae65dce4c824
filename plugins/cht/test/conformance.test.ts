import { describePlugin } from '@espalier/conformance';
import standard from '@espalier/plugin-standard';
import plugin from '../src/index.js';

describePlugin(plugin, {
  plugins: [standard],
  choices: {
    'regrow/cannistraci-hebb': [{ form: 'ch2-l3n', draw: 'sampled' }],
    'prune/chain-magnitude': [{ keep: 'sampled' }],
    'pruneQuota/until-overlap': [{ overlap: 0.1 }],
    'topology/small-world': [{ rewire: 0 }],
  },
});
