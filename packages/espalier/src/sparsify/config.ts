import type { Plugin, RecipeSpec } from '@espalier/core';
import type * as tfjs from '@espalier/engine-tfjs';
import type { Named } from '@espalier/runs';

/** A `tf.LayersModel` of TensorFlow.js. */
export type LayersModel = Parameters<typeof tfjs.attachModel>[0];

/** A `tf.Optimizer` of TensorFlow.js. */
export type Optimizer = Parameters<typeof tfjs.attachModel>[1];

/** How a model of one's own is made sparse. Slots and switches of the recipe stand beside the method. */
export interface SparsifyConfig extends Omit<RecipeSpec, 'imposedDensity'> {
  /** Default `ggr`. */
  readonly method?: Named;
  /** Share of weights that are active, in (0, 1]. Default 0.1. */
  readonly density?: number;
  /** 1 - density, in its place. */
  readonly sparsity?: number;
  /** Globs of layers that stay dense. Default none. */
  readonly keepDense?: readonly string[];
  /** Whether layers kept dense count towards the density. Default false. */
  readonly budgetIncludesDense?: boolean;
  /** Globs of further weights to mask, e.g. `lstm_1/*kernel`. Default none. */
  readonly include?: readonly string[];
  /** How many steps the loop will take: schedules need to know. */
  readonly totalSteps: number;
  /** Default all of them. */
  readonly stepsPerEpoch?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Plugins by package name or path, or as objects. */
  readonly plugins?: readonly (string | Plugin)[];
}
