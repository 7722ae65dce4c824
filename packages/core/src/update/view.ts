/** An array that is made when it is asked for, and let go when memory is short or what it shows changed. */
export interface View<T> {
  array: T | undefined;
}

// The views of small layers all stay; of very wide ones, the one asked for last.
const MOST_BYTES = 2 ** 26;

/** Bounds what the views of a plan hold between them. */
export class ViewBudget {
  /** The oldest first. */
  readonly #views: { readonly view: View<unknown>; readonly bytes: number }[] = [];
  #bytes = 0;

  /** Keeps a view's new array, in place of older ones where they are too many. */
  keep<T extends ArrayBufferView>(view: View<T>, array: T): T {
    view.array = array;
    this.#views.push({ view, bytes: array.byteLength });
    this.#bytes += array.byteLength;
    while (this.#bytes > MOST_BYTES && this.#views.length > 1) {
      const oldest = this.#views.shift()!;
      this.#bytes -= oldest.bytes;
      if (oldest.view !== view) oldest.view.array = undefined;
    }
    return array;
  }
}
