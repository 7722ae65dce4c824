import { type LayerShape, type LayerView, newPositions, type Positions } from '@espalier/core';

/** A layer as its links die. */
interface Living {
  readonly layer: LayerView;
  /** 1 per link that is left. */
  readonly left: Uint8Array;
  /** Links left into each unit. */
  readonly into: Uint32Array;
  /** Links left out of each input. */
  readonly out: Uint32Array;
}

/**
 * Links of units that nothing leads into, or that lead nowhere, over all layers until none is left.
 * @returns per layer ascending active positions
 */
export function deadLinks(layers: readonly LayerView[]): Positions[] {
  const living = layers.map(begin);
  const feeds = living.map(({ layer }) =>
    living.filter((other) => other.layer.sources?.includes(layer.name)),
  );
  const comes = living.map(({ layer }) => sourcesOf(layer, living));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [l, one] of living.entries()) {
      const { layer } = one;
      const silent = (input: number) =>
        comes[l]!.length > 0 && comes[l]!.every((source) => source.into[input % source.layer.units] === 0);
      const unheard = (unit: number) =>
        feeds[l]!.length > 0 && feeds[l]!.every((next) => !leadsOn(next, unit, layer.units));
      if (remove(one, silent, unheard)) changed = true;
    }
  }
  return living.map(({ layer, left }) => {
    const dead = layer.active.filter((_, i) => left[i] === 0);
    const positions = newPositions(layer.size, dead.length);
    positions.set(dead);
    return positions;
  });
}

function begin(layer: LayerView): Living {
  const into = new Uint32Array(layer.units);
  const out = new Uint32Array(layer.inputs);
  for (let i = 0; i < layer.active.length; i++) {
    into[layer.unitOf(layer.active[i]!)]!++;
    out[layer.inputOf(layer.active[i]!)]!++;
  }
  return { layer, left: new Uint8Array(layer.active.length).fill(1), into, out };
}

/** The layers before, unless one of them is not among those that are sparse: then any input may be alive. */
function sourcesOf({ sources = [] }: LayerShape, living: readonly Living[]): Living[] {
  const found = living.filter(({ layer }) => sources.includes(layer.name));
  return found.length === sources.length ? found : [];
}

/** Whether a link is left out of any of the inputs that a unit reaches. */
function leadsOn({ out }: Living, unit: number, units: number): boolean {
  for (let input = unit; input < out.length; input += units) if (out[input]! > 0) return true;
  return false;
}

function remove(
  { layer, left, into, out }: Living,
  silent: (input: number) => boolean,
  unheard: (unit: number) => boolean,
): boolean {
  const dumb = Uint8Array.from(out, (_, input) => (silent(input) ? 1 : 0));
  const idle = Uint8Array.from(into, (_, unit) => (unheard(unit) ? 1 : 0));
  let changed = false;
  for (let i = 0; i < left.length; i++) {
    const [input, unit] = [layer.inputOf(layer.active[i]!), layer.unitOf(layer.active[i]!)];
    if (left[i] === 0 || (dumb[input] === 0 && idle[unit] === 0)) continue;
    left[i] = 0;
    into[unit]!--;
    out[input]!--;
    changed = true;
  }
  return changed;
}
