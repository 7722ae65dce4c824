import { describePlugin } from '@espalier/conformance';
import standard from '@espalier/plugin-standard';
import structures from '@espalier/plugin-structures';
import plugin from '../src/index.js';

describePlugin(plugin, {
  plugins: [standard, structures],
  choices: {
    'backward/strongest': [{ extraDensity: 0.2, exploreEnd: 0.5 }],
    'method/top-kast': [{ exploreEnd: 0.5, updateInterval: 5 }],
    'method/sr-ste': [{ n: 1 }],
  },
});
