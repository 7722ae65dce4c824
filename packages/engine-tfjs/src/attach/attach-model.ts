import {
  type EngineLayer,
  EspalierError,
  type Signal,
  type StartLayer,
  type StepRequest,
  type TopologyChange,
} from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { commitAll } from '../engine/commit-all.js';
import { MaskedLayer } from '../engine/masked-layer.js';
import { checkSignals } from '../engine/signals.js';
import { startLayers } from '../engine/start.js';
import { isLayersModel } from '../model/layer-access.js';
import { modelParameters } from '../model/model-parameters.js';
import { AttachedParameter } from './attached-parameter.js';
import { GradientOrder, type NamedGradient, type NamedGradients } from './gradient-order.js';
import { firstMomentOf } from './optimizer-slots.js';

/** A user's own model and optimizer, with its weights masked. */
export interface AttachedModel {
  /** The maskable layers in forward order. */
  readonly layers: readonly EngineLayer[];
  /** `gradient`, and `momentum` where the optimizer keeps a first moment. */
  readonly signals: ReadonlySet<Signal>;
  /**
   * Masks the weights; those given replace the model's own.
   * @param start - one per layer, in their order
   * @throws TypeError where it does not go with the layers
   */
  begin(start: readonly StartLayer[]): void;
  /**
   * Takes one step: reads the dense gradients for the signals asked for, and unless told otherwise has the
   * optimizer apply them where weights are active.
   * @param gradients - of the loss by the model's variables, as `tf.variableGrads` gives them; not disposed
   */
  applyGradients(
    gradients: NamedGradients,
    request: Pick<StepRequest, 'signals' | 'updateWeights' | 'accumulate'>,
  ): void;
  /** Commits net changes of topology: masks, weights, the optimizer's slots. */
  applyTopology(changes: readonly TopologyChange[]): void;
  /** Frees the masks; model and optimizer stay as they are. Harmless when repeated. */
  dispose(): void;
}

/**
 * Attaches to a model and an optimizer of TensorFlow.js for loops of one's own: the optimizer stays the user's,
 * gradients pass through here on their way to it.
 *
 * Slots of grown weights are reset in whatever the optimizer keeps per weight. TensorFlow.js counts Adam's steps
 * for all weights together, so a weight regrown with slots `zero` takes a first step of about three times the
 * learning rate; the slot policy `layerMean` avoids that.
 *
 * @param include - globs of further weights to mask, e.g. `lstm_1/*kernel`; default none
 * @throws EspalierError `ESPALIER_ENGINE_REFUSES` for what is not a tf.LayersModel, `ESPALIER_UNKNOWN_LAYER`
 * for a glob that matches nothing
 */
export function attachModel(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  { include = [] }: { readonly include?: readonly string[] } = {},
): AttachedModel {
  if (!isLayersModel(model)) {
    throw new EspalierError('ESPALIER_ENGINE_REFUSES', 'The model is not a tf.LayersModel.');
  }
  return new Attachment(model, optimizer, include);
}

class Attachment implements AttachedModel {
  readonly layers: readonly MaskedLayer[];
  readonly signals: ReadonlySet<Signal>;
  readonly #parameters = new Map<string, { parameter: AttachedParameter; layer: MaskedLayer }>();
  readonly #order: GradientOrder;
  readonly #apply: (gradients: NamedGradient[]) => void;
  #disposed = false;

  constructor(model: tf.LayersModel, optimizer: tf.Optimizer, include: readonly string[]) {
    const tensors = modelParameters(model, include);
    const firstMoment = firstMomentOf(optimizer);
    this.signals = new Set<Signal>(firstMoment ? ['gradient', 'momentum'] : ['gradient']);
    this.layers = tensors.flatMap(({ layer: description, variable }) => {
      if (!description) return [];
      const parameter = new AttachedParameter(variable, optimizer);
      const layer = new MaskedLayer(description, parameter, firstMoment ?? '', () => this.#guard());
      this.#parameters.set(variable.name, { parameter, layer });
      return [layer];
    });
    this.#order = new GradientOrder(tensors.filter(({ trained }) => trained).map(({ variable }) => variable));
    // Taken now: the optimizer may be wrapped later, and steps must not come back here.
    this.#apply = optimizer.applyGradients.bind(optimizer);
  }

  begin(start: readonly StartLayer[]): void {
    this.#guard();
    startLayers(this.layers, start, true);
  }

  applyGradients(
    gradients: NamedGradients,
    { signals, updateWeights, accumulate }: Pick<StepRequest, 'signals' | 'updateWeights' | 'accumulate'>,
  ): void {
    this.#guard();
    checkSignals(signals, this.signals);
    tf.tidy(() => {
      const arranged = this.#order.arrange(gradients);
      for (const { name, tensor } of arranged) {
        this.#parameters.get(name)?.layer.hold(tensor, signals, accumulate);
      }
      if (!updateWeights) return;
      this.#apply(
        arranged.map(({ name, tensor }) => ({
          name,
          tensor: this.#parameters.get(name)?.parameter.masked(tensor) ?? tensor,
        })),
      );
      for (const { parameter } of this.#parameters.values()) parameter.remask();
    });
  }

  applyTopology(changes: readonly TopologyChange[]): void {
    this.#guard();
    commitAll(this.layers, changes);
  }

  dispose(): void {
    this.#disposed = true;
    for (const { parameter } of this.#parameters.values()) parameter.dispose();
  }

  #guard(): void {
    if (this.#disposed) {
      throw new EspalierError('ESPALIER_DISPOSED', 'The model is no longer attached; attach it again.');
    }
  }
}
