import type { Measure, Positions, ProbedLayer } from '@espalier/core';
import { sum } from '@espalier/core';

/** The layers that a method may rewire: those not kept dense. */
export function sparseOf(layers: readonly ProbedLayer[]): readonly ProbedLayer[] {
  return layers.filter(({ dense }) => !dense);
}

/** Active weights of some layers. */
export function nonZerosOf(layers: readonly { readonly active: Positions }[]): number {
  return sum(layers.map(({ active }) => active.length));
}

/** Positions of some layers. */
export function sizeOf(layers: readonly { readonly size: number }[]): number {
  return sum(layers.map(({ size }) => size));
}

/** Measures one number for the network and one for each layer, the latter as `NAME-by-layer`. */
export function measureBoth(measure: Measure, name: string, whole: number, byLayer: readonly number[]): void {
  measure(name, whole);
  measure(`${name}-by-layer`, byLayer);
}
