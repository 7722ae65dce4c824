import { describeAgreement } from '@espalier/conformance';
import { sparseEngine } from '@espalier/engine-sparse';
import { tfjsEngine } from '@espalier/engine-tfjs';
import { FIRST_PARTY } from '../../src/plugins/first-party.js';

const plugins = await Promise.all(FIRST_PARTY.map(({ load }) => load()));

describeAgreement(
  'sparse',
  (needs) => sparseEngine({ threads: 2, denseMomentum: needs.has('denseMomentum'), denseState: 'allow' }),
  plugins,
);
describeAgreement(
  'tfjs',
  (needs) => tfjsEngine({ backend: 'wasm', denseMomentum: needs.has('denseMomentum') }),
  plugins,
);
