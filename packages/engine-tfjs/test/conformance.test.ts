import { describeEngine, NETWORKS } from '@espalier/conformance';
import type { Architecture, EngineFactory } from '@espalier/core';
import { tfjsEngine } from '@espalier/engine-tfjs';
import { TfjsEngine } from '../src/engine/tfjs-engine.js';
import { buildArchitecture } from '../src/model/build-architecture.js';

/** The engine's own factory, but for where its optimizer keeps its slots. */
const withOptimizerOn = (residence: 'host' | 'device') => async (): Promise<EngineFactory> => {
  const factory = await tfjsEngine({ backend: 'wasm' });
  return {
    ...factory,
    async create(request) {
      if (!('architecture' in request.network)) return factory.create(request);
      const { architecture } = request.network as { readonly architecture: Architecture };
      return new TfjsEngine('wasm', buildArchitecture(architecture), request, residence);
    },
  };
};

describeEngine('tfjs', () => tfjsEngine({ backend: 'wasm' }));
describeEngine('tfjs with its optimizer on the device', withOptimizerOn('device'));
describeEngine('tfjs with momentum everywhere', () => tfjsEngine({ backend: 'wasm', denseMomentum: true }), {
  networks: NETWORKS.filter(({ architecture }) => ['perceptron', 'convnet'].includes(architecture.name)),
});
