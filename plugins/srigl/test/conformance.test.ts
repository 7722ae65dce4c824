import { describePlugin } from '@espalier/conformance';
import standard from '@espalier/plugin-standard';
import structures from '@espalier/plugin-structures';
import plugin from '../src/index.js';

describePlugin(plugin, { plugins: [standard, structures], choices: { 'method/srigl': [{ ablate: 0 }] } });
