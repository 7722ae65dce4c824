/** A layer's name as pictures show it: of a weight tensor `NAME/kernel` the node's name. */
export function layerName(name: string): string {
  return name.endsWith('/kernel') && name.length > '/kernel'.length ? name.slice(0, -'/kernel'.length) : name;
}
