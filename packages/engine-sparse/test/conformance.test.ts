import { describeEngine, NETWORKS } from '@espalier/conformance';
import { sparseEngine } from '@espalier/engine-sparse';

const few = NETWORKS.filter(({ architecture }) => ['perceptron', 'convnet'].includes(architecture.name));

// Less than a tile of every width, whole tiles, and several with a remainder.
describeEngine('sparse with one thread', () => sparseEngine({ threads: 1 }), { batchSizes: [3, 16, 70] });
describeEngine('sparse with two threads', () => sparseEngine({ threads: 2 }), { batchSizes: [8, 37, 64] });
describeEngine(
  'sparse with relaxed instructions',
  () => sparseEngine({ threads: 3, backend: 'wasm-relaxed' }),
  { networks: few, batchSizes: [37] },
);
describeEngine('sparse with values off the mask', () => sparseEngine({ threads: 2, denseState: 'allow' }), {
  networks: few,
});
describeEngine('sparse with momentum everywhere', () => sparseEngine({ threads: 2, denseMomentum: true }), {
  networks: few,
});
