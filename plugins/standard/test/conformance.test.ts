import { describePlugin } from '@espalier/conformance';
import plugin from '../src/index.js';

describePlugin(plugin);
