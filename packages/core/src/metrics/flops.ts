/** What counting operations needs to know of a layer. */
export interface FlopLayer {
  /** Weights that are multiplied: the active ones, or all positions for the dense count. */
  readonly nonZeros: number;
  /** How many positions of its output share each weight. */
  readonly outputPositions: number;
}

/**
 * Floating-point operations of one forward pass of one sample: a multiplication and an addition per weight and
 * output position; biases, normalisation and activations are not counted.
 *
 * @returns one count per layer
 */
export function forwardFlops(layers: readonly FlopLayer[]): number[] {
  return layers.map(({ nonZeros, outputPositions }) => 2 * nonZeros * outputPositions);
}

/**
 * Operations of one training sample where the dense gradient is formed on update steps only, as RigL and GGR do:
 * (3 fS x interval + 2 fS + fD) / (interval + 1).
 *
 * Paper: Evci et al., Rigging the Lottery, ICML 2020, arXiv 1911.11134, section 3.
 *
 * @param sparse - forward operations of the sparse network, fS
 * @param dense - forward operations of the dense network, fD
 * @param updateInterval - steps between topology updates
 */
export function trainingFlops(sparse: number, dense: number, updateInterval: number): number {
  return (3 * sparse * updateInterval + 2 * sparse + dense) / (updateInterval + 1);
}
