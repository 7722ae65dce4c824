/** An image that lies in a border of zeros. */
export interface Framed {
  /** Features with the border. */
  readonly features: number;
  /** The first feature of the image. */
  readonly first: number;
  /** Features from one of its rows to the next. */
  readonly row: number;
}

/** How the images of a convolution lie where they need a border of zeros: its input, and the deltas of its output. */
export interface Borders {
  readonly input: Framed | undefined;
  readonly deltas: Framed | undefined;
}

interface Rectified {
  readonly rectified?: boolean;
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
  /** How it lies where it has the border that its reader needs. */
  readonly framed: Framed | undefined;
  /** How its gradient lies where it has the border that the layer which gives the value needs to go back. */
  readonly framedDelta: Framed | undefined;
  /** How many operations read it; being the network's output counts. */
  readers: number;
  /** The node that computes it. */
  readonly node: string;
}

/** Gives out the features of an arena. */
export class Arena {
  features = 0;

  /** A value and, where it is trained, room for its gradient; each in its border where it has one. */
  value(node: string, features: number, trained: boolean, more: Partial<Borders> & Rectified = {}): Value {
    const { input: framed, deltas: framedDelta, rectified = false } = more;
    const all = framed?.features ?? features;
    const offset = this.take(all);
    const delta = trained ? this.take(framedDelta?.features ?? features) : -1;
    return { offset, features: all, delta, rectified, framed, framedDelta, readers: 0, node };
  }

  /** Room for so many features, without a value of its own. */
  take(features: number): number {
    const offset = this.features;
    this.features += features;
    return offset;
  }
}
