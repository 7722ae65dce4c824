import { type LatentOptions, type Positions, without } from '@espalier/core';

/** What a kernel has whose inactive positions keep values: which of them move, and what pulls at the weights. */
export class Latent {
  /** The inactive positions that the optimizer moves; may list active ones, which are moved as such. */
  trained: Positions | 'all';

  constructor(
    readonly decay: LatentOptions['decay'],
    trained: Positions | 'all' = new Uint32Array(),
  ) {
    this.trained = trained;
  }

  /** The inactive positions that move beside some active ones. */
  moving(everywhere: Positions, active: Positions): Positions {
    return without(this.trained === 'all' ? everywhere : this.trained, active);
  }
}
