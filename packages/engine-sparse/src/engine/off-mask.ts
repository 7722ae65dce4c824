import { allWithout, type OptimizerOptions, type Positions, without } from '@espalier/core/engine';
import type { Kernel } from '../parameters/kernel.js';
import { correctionsOf } from '../parameters/optimizer.js';
import type { GradientSignal } from '../signals/gradient-signal.js';
import { denseArray } from './dense-array.js';
import { DenseSlots, type SlotValues } from './dense-slots.js';
import type { LatentValues } from './latent-values.js';

/** Up to this share of a layer, gradients are made position by position; from there on the layer's whole gradient is. */
const FEW = 1 / 4;

/**
 * What a kernel holds where it has no weights, and how the optimizer moves it: slots that follow the gradient, and for
 * methods that train inactive weights these themselves.
 */
export class OffMask {
  readonly slots: DenseSlots;
  /** Undefined where slots alone follow the gradient, at every inactive position. */
  readonly values: LatentValues | undefined;
  readonly #kernel: Kernel;
  readonly #options: OptimizerOptions;
  /** Of the last batch, at the positions that move. */
  readonly #gradient: Float32Array;
  /** See {@link correctionsOf}. */
  readonly #corrections: Float32Array;
  #moving: Positions | undefined;

  /** @throws EspalierError ESPALIER_ENGINE_REFUSES, with the arithmetic, where there is no memory for it */
  constructor(kernel: Kernel, options: OptimizerOptions, values: LatentValues | undefined) {
    this.#kernel = kernel;
    this.#options = options;
    this.values = values;
    this.slots = new DenseSlots(kernel);
    this.#gradient = denseArray(kernel, 'gradient', Float32Array);
    const { use, beta1 = 0.9, beta2 = 0.999 } = options;
    this.#corrections = use === 'sgd' ? new Float32Array() : correctionsOf(beta1, beta2);
  }

  /** The inactive positions that the optimizer moves, ascending. */
  get moving(): Positions {
    const { active, size } = this.#kernel;
    const trained = this.values?.trained ?? 'all';
    this.#moving ??= trained === 'all' ? allWithout(size, active) : without(trained, active);
    return this.#moving;
  }

  /** To be called when the topology, or what is trained off it, has changed. */
  forget(): void {
    this.#moving = undefined;
  }

  /**
   * Takes up the gradient of the last batch, which moves nothing yet.
   * @returns whether it is finite wherever it will be used
   */
  take(signal: GradientSignal): boolean {
    const { moving } = this;
    const gradient = this.#gradient;
    if (moving.length <= FEW * gradient.length) {
      const values = signal.latestAt(moving);
      for (let i = 0; i < moving.length; i++) gradient[moving[i]!] = values[i]!;
    } else signal.scanLatest((first, values) => gradient.set(values, first));
    // x - x is 0, or NaN where x is not finite.
    let odd = 0;
    for (let i = 0; i < moving.length; i++) odd += gradient[moving[i]!]! - gradient[moving[i]!]!;
    return odd === 0;
  }

  /** Moves slots, and values where there are some, by the gradient that was taken up. */
  move(learningRate: number): void {
    const [first, second, age] = [...this.#kernel.slots.keys()].map((name) => this.slots.values(name));
    if (this.#options.use === 'sgd') this.#sgd(learningRate, first!);
    else this.#adam(learningRate, first!, second!, age!);
  }

  #sgd(learningRate: number, velocities: SlotValues): void {
    const { momentum = 0, nesterov = false } = this.#options;
    const { moving, values: latent } = this;
    const gradient = this.#gradient;
    const values = latent?.values;
    const decay = latent?.decay.inactive ?? 0;
    for (let i = 0; i < moving.length; i++) {
      const position = moving[i]!;
      if (values === undefined) {
        velocities[position] = momentum * velocities[position]! + gradient[position]!;
        continue;
      }
      const w = values[position]!;
      const g = gradient[position]! + decay * w;
      const v = momentum * velocities[position]! + g;
      velocities[position] = v;
      values[position] = w - learningRate * (nesterov ? g + momentum * v : v);
    }
  }

  // The optimizer's weight decay is of active weights.
  #adam(learningRate: number, firsts: SlotValues, seconds: SlotValues, ages: SlotValues): void {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = this.#options;
    const { moving, values: latent } = this;
    const gradient = this.#gradient;
    const corrections = this.#corrections;
    const last = corrections.length / 2 - 1;
    const values = latent?.values;
    const decay = latent?.decay.inactive ?? 0;
    for (let i = 0; i < moving.length; i++) {
      const position = moving[i]!;
      const w = values?.[position] ?? 0;
      const g = gradient[position]! + decay * w;
      const m = beta1 * firsts[position]! + (1 - beta1) * g;
      const v = beta2 * seconds[position]! + (1 - beta2) * g * g;
      const age = ages[position]!;
      firsts[position] = m;
      seconds[position] = v;
      ages[position] = age + 1;
      if (values === undefined) continue;
      const c = 2 * Math.min(age, last);
      values[position] =
        w - (learningRate * m) / corrections[c]! / (Math.sqrt(v / corrections[c + 1]!) + epsilon);
    }
  }
}
