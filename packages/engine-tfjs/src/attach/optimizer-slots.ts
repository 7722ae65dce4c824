import type * as tf from '@tensorflow/tfjs';

interface Slot {
  readonly originalName: string;
  readonly variable: tf.Variable;
}

/** Optimizers of TensorFlow.js that keep a first moment, and what their slot of it is called. */
const FIRST_MOMENTS: Readonly<Record<string, string>> = {
  Momentum: 'momentum',
  Adam: 'm',
  Adamax: 'm',
  RMSProp: 'momentum',
};

/** The slot of an optimizer's first moment; undefined where it keeps none. */
export function firstMomentOf(optimizer: tf.Optimizer): string | undefined {
  return FIRST_MOMENTS[optimizer.getClassName()];
}

/**
 * The slots that an optimizer of TensorFlow.js keeps for a variable, by what it calls them: `momentum`; `m` and
 * `v`; `rms`, ... They come into being with the first gradients. The optimizer finds them by index, which only
 * it knows, so they are looked up by the variable's name here.
 */
export function slotsOf(
  optimizer: tf.Optimizer,
  variable: tf.Variable,
): Readonly<Record<string, tf.Variable>> {
  const prefix = `${variable.name}/`;
  const slots: Record<string, tf.Variable> = {};
  for (const list of Object.values(optimizer)) {
    if (!Array.isArray(list)) continue;
    for (const slot of list as (Slot | undefined)[]) {
      if (!slot?.originalName?.startsWith(prefix) || !slot.variable) continue;
      slots[slot.originalName.slice(prefix.length)] = slot.variable;
    }
  }
  return slots;
}
