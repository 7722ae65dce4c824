import { EspalierError, suggest, type TopologyChange } from '@espalier/core';
import type { MaskedLayer } from './masked-layer.js';

/**
 * Commits net changes, one per layer at most; nothing changes where one of them is wrong.
 * @throws EspalierError `ESPALIER_UNKNOWN_LAYER`
 * @throws TypeError where a change does not go with the present topology
 */
export function commitAll(layers: readonly MaskedLayer[], changes: readonly TopologyChange[]): void {
  const targets = changes.map((change) => {
    const layer = layers.find(({ name }) => name === change.layer);
    if (!layer) {
      const known = layers.map(({ name }) => name);
      throw new EspalierError(
        'ESPALIER_UNKNOWN_LAYER',
        `There is no layer "${change.layer}" to change.${suggest(change.layer, known)}`,
      );
    }
    layer.check(change);
    return { change, layer };
  });
  if (new Set(changes.map(({ layer }) => layer)).size < changes.length) {
    throw new TypeError('Two topology changes name the same layer; there must be one net change for each.');
  }
  for (const { change, layer } of targets) layer.commit(change);
}
