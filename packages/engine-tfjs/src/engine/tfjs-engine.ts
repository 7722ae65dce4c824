import { sizeOf } from '@espalier/architectures';
import {
  type Batch,
  type Engine,
  type EngineRequest,
  type EngineState,
  EspalierError,
  type EvaluationSums,
  type Signal,
  type StepRequest,
  type StepResult,
  type TopologyChange,
} from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import type { BackendName } from '../backend/report.js';
import { releaseNetwork, type TrainableNetwork } from '../model/trainable-network.js';
import { createOptimizer, type Optimizer } from '../optimizer/optimizer.js';
import { checkBatch, checkInputs } from './batch.js';
import { commitAll } from './commit-all.js';
import { DeviceParameter } from './device-parameter.js';
import { ForwardPass } from './forward.js';
import { download, viewValues } from './host-memory.js';
import { HostParameter } from './host-parameter.js';
import { differentiableLoss, lossOf } from './loss.js';
import { MaskedLayer } from './masked-layer.js';
import { checkGradients, notFinite } from './not-finite.js';
import type { MaskableParameter, TrainedParameter } from './parameter.js';
import { checkSignals, suppliedSignals } from './signals.js';
import { startLayers } from './start.js';
import { loadState, type StateParts, saveState } from './state.js';
import { tidied } from './tidied.js';

/** Where optimizer and slots live: in host memory, or where the backend computes. */
export type Residence = 'host' | 'device';

/** Trains one model with masked weights. */
export class TfjsEngine implements Engine {
  readonly name = 'tfjs';
  readonly threads = 1;
  readonly signals: ReadonlySet<Signal>;
  readonly layers: readonly MaskedLayer[];
  readonly #network: TrainableNetwork;
  readonly #request: EngineRequest;
  readonly #optimizer: Optimizer;
  readonly #forward: ForwardPass;
  readonly #outputs: number;
  readonly #trained: readonly TrainedParameter[];
  /** Batch statistics and the like, which a forward pass moves. */
  readonly #untrained: readonly tf.Variable[];
  readonly #layerOf: ReadonlyMap<MaskableParameter, MaskedLayer>;
  readonly #state: StateParts;
  /** Whether gradients at inactive positions change anything in a step. */
  readonly #movesEverywhere: boolean;
  #disposed = false;

  /** @param denseMomentum - whether slots follow the gradient at inactive positions, too; default false */
  constructor(
    readonly backend: BackendName,
    network: TrainableNetwork,
    request: EngineRequest,
    residence: Residence,
    denseMomentum = false,
  ) {
    this.signals = suppliedSignals(denseMomentum);
    this.#movesEverywhere = denseMomentum || request.latent !== undefined;
    this.#network = network;
    this.#request = request;
    this.#optimizer = createOptimizer(request.optimizer);
    this.#forward = new ForwardPass(network, request);
    this.#outputs = sizeOf(network.outputShape);
    const tensors = network.parameters;
    const Parameter = residence === 'host' ? HostParameter : DeviceParameter;
    this.#trained = tensors
      .filter(({ trained }) => trained)
      .map(({ name, variable, isKernel }) => {
        const decay = isKernel ? this.#optimizer.weightDecay : 0;
        return new Parameter(name, variable, this.#optimizer, decay, denseMomentum);
      });
    this.#untrained = tensors.filter(({ trained }) => !trained).map(({ variable }) => variable);
    const trained = new Map(this.#trained.map((parameter) => [parameter.name, parameter]));
    this.layers = tensors.flatMap(({ name, layer }) => {
      const { firstMoment } = this.#optimizer;
      return layer ? [new MaskedLayer(layer, trained.get(name)!, firstMoment, () => this.#guard())] : [];
    });
    this.#layerOf = new Map(this.layers.map((layer) => [layer.parameter, layer]));
    this.#state = { tensors, trained, layers: this.layers };
    try {
      startLayers(this.layers, request.start, !network.owned, request.latent);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  trainStep(batch: Batch, request: StepRequest): StepResult {
    this.#guard();
    this.#check(batch);
    checkSignals(request.signals, this.signals);
    return tidied(() => {
      const statistics = this.#untrained.map((variable) => variable.clone());
      try {
        return this.#step(batch, request);
      } catch (error) {
        this.#untrained.forEach((variable, i) => {
          variable.assign(statistics[i]!);
        });
        throw error;
      }
    });
  }

  applyTopology(changes: readonly TopologyChange[]): void {
    this.#guard();
    commitAll(this.layers, changes);
  }

  evaluate(batch: Batch): EvaluationSums {
    this.#guard();
    this.#check(batch);
    const { sum, correct } = tidied(() => {
      const outputs = this.#forward.evaluate(this.#inputs(batch));
      return lossOf(this.#request.loss, viewValues(outputs), batch);
    });
    return { examples: batch.size, loss: sum, ...(correct === undefined ? {} : { correct }) };
  }

  /** @throws EspalierError `ESPALIER_DATA_SHAPE` */
  predict(inputs: Float32Array, size: number): Float32Array {
    this.#guard();
    checkInputs(inputs, size, this.#network.inputShape);
    return tidied(() => download(this.#forward.evaluate(this.#inputs({ size, inputs }))));
  }

  save(): EngineState {
    this.#guard();
    return saveState(this.#state);
  }

  load(state: EngineState): void {
    this.#guard();
    loadState(state, this.#state);
  }

  /** Frees optimizer and masks, and the model where it was built from an architecture. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const parameter of this.#trained) parameter.dispose();
    releaseNetwork(this.#network);
  }

  #step(batch: Batch, request: StepRequest): StepResult {
    const { clock, signals, accumulate } = request;
    const { loss, gradients } = this.#differentiate(batch, clock.step);
    const everywhere = signals.has('gradient') || this.#movesEverywhere;
    checkGradients(this.#trained, gradients, everywhere, clock.step);
    this.#trained.forEach((parameter, i) => {
      this.#layerOf.get(parameter)?.hold(gradients[i]!, signals, accumulate);
      if (request.updateWeights) parameter.step(gradients[i]!, request.learningRate);
    });
    return { loss };
  }

  #differentiate(batch: Batch, step: number): { loss: number; gradients: tf.Tensor[] } {
    let loss = Number.NaN;
    const { grads } = tf.variableGrads(
      () => {
        const outputs = this.#forward.train(this.#inputs(batch), step);
        const dataLoss = differentiableLoss(this.#request.loss, outputs, batch, (value) => {
          if (!Number.isFinite(value)) throw notFinite(step, `the loss is ${value}`);
          loss = value;
        });
        return this.#forward.addRegularisation(dataLoss);
      },
      this.#trained.map(({ variable }) => variable),
    );
    // A tensor that the loss does not depend on has no entry.
    const gradients = this.#trained.map(({ variable }) => grads[variable.name] ?? tf.zerosLike(variable));
    return { loss, gradients };
  }

  #inputs({ size, inputs }: Pick<Batch, 'size' | 'inputs'>): tf.Tensor {
    return tf.tensor(inputs, [size, ...this.#network.inputShape]);
  }

  #check(batch: Batch): void {
    checkBatch(batch, this.#network.inputShape, this.#outputs, this.#request.loss);
  }

  #guard(): void {
    if (this.#disposed) {
      throw new EspalierError('ESPALIER_DISPOSED', 'The engine tfjs was disposed; create another one.');
    }
  }
}
