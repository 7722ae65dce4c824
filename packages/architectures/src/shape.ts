/**
 * The number of values that a shape holds.
 * @param shape - sizes of the axes
 * @returns their product; 1 for the empty shape
 */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * A shape as error messages write it.
 * @param shape - sizes of the axes
 * @returns e.g. `[28, 28, 1]`
 */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** Whether two shapes have the same axes. */
export function sameShape(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((size, axis) => size === other[axis]);
}
