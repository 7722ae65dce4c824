/** The backends of TensorFlow.js that Espalier uses, best first. */
export const BACKENDS = ['node-gpu', 'node', 'wasm', 'cpu'] as const;

/** Name of a backend: tfjs-node-gpu, tfjs-node, WebAssembly, plain JavaScript. */
export type BackendName = (typeof BACKENDS)[number];

/** Which backend computes, and why none of the better ones does. */
export interface BackendReport {
  /** The one that computes. */
  readonly backend: BackendName;
  /** The backends that were tried before, in order. */
  readonly tried: readonly {
    /** The backend's. */
    readonly name: BackendName;
    /** The first line of what went wrong. */
    readonly reason: string;
  }[];
}
