/** Names that tf.layers allows for the nodes of an architecture: what it does not allow becomes `_`, and all differ. */
export function layerNames(nodes: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    nodes.map((node) => {
      const plain = node.replace(/[^A-Za-z0-9._/-]/g, '_').replace(/^[^A-Za-z0-9]/, 'layer$&');
      let name = plain;
      for (let n = 1; taken.has(name); n++) name = `${plain}_${n}`;
      taken.add(name);
      return [node, name];
    }),
  );
}
