/** What a node gives, as features of a tile. */
export interface Value {
  /** Its first feature in the arena of a tile. */
  readonly offset: number;
  readonly features: number;
  /** Where its gradient lies; -1 where nothing that is trained leads to it. */
  readonly delta: number;
  /** Whether it is the output of a ReLU that its producer applies itself. */
  readonly rectified: boolean;
  /** How many operations read it; being the network's output counts. */
  readers: number;
  /** The node that computes it. */
  readonly node: string;
}

/** Gives out the features of an arena. */
export class Arena {
  features = 0;

  /** A value and, where it is trained, room for its gradient. */
  value(node: string, features: number, trained: boolean, rectified = false): Value {
    const offset = this.take(features);
    const delta = trained ? this.take(features) : -1;
    return { offset, features, delta, rectified, readers: 0, node };
  }

  /** Room for so many features, without a value of its own. */
  take(features: number): number {
    const offset = this.features;
    this.features += features;
    return offset;
  }
}
