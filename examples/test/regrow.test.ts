import { describePlugin } from '@espalier/conformance';
import plugin from '../src/strategies/regrow.js';

describePlugin(plugin, { choices: { 'regrow/acme/needy-units': [{ choices: 1 }] } });
