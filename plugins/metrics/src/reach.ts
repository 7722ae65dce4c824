import type { LayerShape, Positions } from '@espalier/core';

/** A layer with its topology, as far as paths through the network are concerned. */
export interface Linked
  extends Pick<LayerShape, 'name' | 'inputs' | 'units' | 'sources' | 'unitOf' | 'inputOf'> {
  /** Active positions, ascending. */
  readonly active: Positions;
}

/** What is left of a layer when everything is taken away that lies on no path from input to output. */
export interface Reach {
  /** Units that are on no path. */
  readonly deadUnits: number;
  /** Weights that are on a path. */
  readonly effective: number;
}

/**
 * Follows paths of active weights from the network's input to its output. A unit without active input or output is
 * dead, and so are the links of dead units; taking them away again and again ends where one pass forward and one
 * backward over layers in forward order arrive.
 *
 * Where an engine can't say which layers an input comes from, inputs count as fed and units as read.
 */
export function reachOf(layers: readonly Linked[]): Reach[] {
  const unknown = layers.some(({ sources }) => sources === undefined);
  const indices = new Map(layers.map(({ name }, i) => [name, i]));
  const sourcesOf = layers.map(({ sources }) => sources?.flatMap((name) => indices.get(name) ?? []));
  const fed = layers.map(({ inputs }) => new Uint8Array(inputs));
  const reached = layers.map(({ units }) => new Uint8Array(units));
  for (const [i, layer] of layers.entries()) {
    const sources = sourcesOf[i];
    feed(
      fed[i]!,
      sources?.map((source) => reached[source]!),
    );
    for (let k = 0; k < layer.active.length; k++) {
      const position = layer.active[k]!;
      if (fed[i]![layer.inputOf(position)]) reached[i]![layer.unitOf(position)] = 1;
    }
  }
  const consumed = new Set(sourcesOf.flatMap((sources) => sources ?? []));
  const read = layers.map(({ units }, i) => new Uint8Array(units).fill(unknown || !consumed.has(i) ? 1 : 0));
  for (let i = layers.length - 1; i >= 0; i--) {
    const { active, inputOf, unitOf } = layers[i]!;
    for (let k = 0; k < active.length; k++) {
      if (!read[i]![unitOf(active[k]!)]) continue;
      for (const source of sourcesOf[i] ?? []) {
        const units = read[source]!;
        units[inputOf(active[k]!) % units.length] = 1;
      }
    }
  }
  return layers.map(({ active, inputOf, unitOf }, i) => {
    let effective = 0;
    for (let k = 0; k < active.length; k++) {
      if (fed[i]![inputOf(active[k]!)] && read[i]![unitOf(active[k]!)]) effective++;
    }
    return { deadUnits: countDead(reached[i]!, read[i]!), effective };
  });
}

/** Marks the inputs that some unit reaches; without sources all of them. */
function feed(inputs: Uint8Array, sources: readonly Uint8Array[] | undefined): void {
  if (sources === undefined || sources.length === 0) {
    inputs.fill(1);
    return;
  }
  for (const units of sources) {
    for (let input = 0; input < inputs.length; input++) inputs[input]! |= units[input % units.length]!;
  }
}

function countDead(reached: Uint8Array, read: Uint8Array): number {
  let dead = 0;
  for (let unit = 0; unit < reached.length; unit++) if (!(reached[unit] && read[unit])) dead++;
  return dead;
}
