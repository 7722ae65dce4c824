/** An image that lies in a border of zeros. */
export interface Framed {
  /** Features with the border. */
  readonly features: number;
  /** The first feature of the image. */
  readonly first: number;
  /** Features from one of its rows to the next. */
  readonly row: number;
}

/** What a node gives, as features of a tile. */
export interface Value {
  /** Its first feature in the arena of a tile. */
  readonly offset: number;
  readonly features: number;
  /** Where its gradient lies; -1 where nothing that is trained leads to it. */
  readonly delta: number;
  /** Whether it is the output of a ReLU that its producer applies itself. */
  readonly rectified: boolean;
  /** How it lies where it has the border that its reader needs; its gradient has none. */
  readonly framed: Framed | undefined;
  /** How many operations read it; being the network's output counts. */
  readers: number;
  /** The node that computes it. */
  readonly node: string;
}

/** Gives out the features of an arena. */
export class Arena {
  features = 0;

  /** A value and, where it is trained, room for its gradient. */
  value(node: string, features: number, trained: boolean, rectified = false, framed?: Framed): Value {
    const offset = this.take(framed?.features ?? features);
    const delta = trained ? this.take(features) : -1;
    return { offset, features: framed?.features ?? features, delta, rectified, framed, readers: 0, node };
  }

  /** Room for so many features, without a value of its own. */
  take(features: number): number {
    const offset = this.features;
    this.features += features;
    return offset;
  }
}
