import type { LayerDescription, Network, Options, Plugin } from '@espalier/core';
import type { FactoryFor } from '../training/begin.js';

/** What {@link describePlugin} can't know by itself. */
export interface PluginOptions {
  /** Other plugins whose strategies the plugin's own name, such as `@espalier/plugin-standard`. Default none. */
  readonly plugins?: readonly Plugin[];
  /**
   * Options to try a strategy or method with besides its defaults; by `SLOT/NAME`, or `method/NAME`:
   * `{ 'regrow/acme/momentum': [{ decay: 0.5 }] }`. Default none.
   */
  readonly choices?: Readonly<Record<string, readonly Options[]>>;
  /** Layers to try strategies on in place of the kit's, for constraints that these can't meet. */
  readonly layers?: readonly LayerDescription[];
  /** What is not checked, with the reason; by the start of a check's name. A name that no check has is an error. */
  readonly skip?: Readonly<Record<string, string>>;
  /** How the methods are trained; see {@link MethodOptions}. */
  readonly methods?: MethodOptions;
}

/** How methods are trained. */
export interface MethodOptions {
  /** What they are trained on, for methods that read signals which the reference engine does not supply. Default the reference engine. */
  readonly engine?: FactoryFor;
  /** Of 16 inputs and 4 classes. Default a perceptron with hidden layers of 32 and 16 units. */
  readonly network?: Extract<Network, { readonly architecture: unknown }>;
  /** Default 0.25. */
  readonly density?: number;
  /** Default 0.05. */
  readonly learningRate?: number;
}
