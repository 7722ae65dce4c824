import type { ShapedNode } from './shaped.js';

/** Kernels whose units the channels of a value are: none for the network's input, undefined for a mixture. */
type Origin = readonly string[] | undefined;

/** Follows values back to the kernels that they come from, so that every kernel knows its sources. */
export class Origins {
  readonly #of: Map<string, Origin>;

  /** @param input - what the network's input is called */
  constructor(input: string) {
    this.#of = new Map([[input, []]]);
  }

  /**
   * Adds the sources to the layers of a node; nodes come in order of evaluation.
   * @returns the node, its layers with their sources
   */
  follow(shaped: ShapedNode): ShapedNode {
    const sources = merge(shaped.inputs.map((input) => this.#of.get(input)));
    const kernel = shaped.parameters.find(({ layer }) => layer !== undefined);
    // Every node without a kernel keeps channels apart and in order: flattened values count their channels fastest.
    this.#of.set(shaped.node.name, kernel === undefined ? sources : [kernel.name]);
    if (kernel === undefined || sources === undefined) return shaped;
    return {
      ...shaped,
      parameters: shaped.parameters.map((parameter) =>
        parameter.layer === undefined ? parameter : { ...parameter, layer: { ...parameter.layer, sources } },
      ),
    };
  }
}

function merge(origins: readonly Origin[]): Origin {
  const known = origins.filter((origin) => origin !== undefined);
  const fromInput = known.filter(({ length }) => length === 0).length;
  if (known.length < origins.length || (fromInput > 0 && fromInput < known.length)) return undefined;
  return [...new Set(known.flat())];
}
