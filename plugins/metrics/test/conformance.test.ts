import { describePlugin } from '@espalier/conformance';
import standard from '@espalier/plugin-standard';
import plugin from '../src/index.js';

describePlugin(plugin, { plugins: [standard] });
