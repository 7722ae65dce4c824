import { sizeOf } from '@espalier/architectures';
import {
  type Architecture,
  type Batch,
  type Engine,
  type EngineRequest,
  type EngineState,
  EspalierError,
  type EvaluationSums,
  type Signal,
  type StepRequest,
  type StepResult,
  suggest,
  type TopologyChange,
} from '@espalier/core';
import { checkBatch, checkInputs } from './batch.js';
import { ReferenceLayer } from './layer.js';
import { lossOf } from './loss.js';
import { Network } from './network.js';
import type { Pass } from './operations/operation.js';
import { createOptimizer } from './optimizers/create.js';
import { moveParameter } from './optimizers/move.js';
import type { Optimizer } from './optimizers/optimizer.js';
import { suppliedSignals } from './signals.js';
import { startKernels } from './start.js';
import { loadState, saveState } from './state.js';
import { checkChange, commitChange } from './topology.js';

/** Trains one network by plain loops in float64. */
export class ReferenceEngine implements Engine {
  readonly name = 'reference';
  readonly backend = 'float64';
  readonly threads = 1;
  readonly signals: ReadonlySet<Signal>;
  readonly layers: readonly ReferenceLayer[];
  readonly #request: EngineRequest;
  readonly #network: Network;
  readonly #optimizer: Optimizer;
  readonly #outputs: number;
  readonly #denseMomentum: boolean;
  #disposed = false;

  /**
   * @param denseMomentum - whether slots follow the gradient at inactive positions, too
   * @throws EspalierError ESPALIER_INVALID_ARCHITECTURE, ESPALIER_INVALID_OPTION
   * @throws TypeError where `request.start` does not go with the layers
   */
  constructor(architecture: Architecture, request: EngineRequest, denseMomentum: boolean) {
    this.#request = request;
    this.#denseMomentum = denseMomentum;
    this.signals = suppliedSignals(denseMomentum);
    this.#optimizer = createOptimizer(request.optimizer);
    this.#network = new Network(architecture, this.#optimizer.slots);
    const { shaped, parameters } = this.#network;
    this.#outputs = sizeOf(shaped.outputShape);
    if (request.loss === 'cross-entropy' && shaped.outputShape.length !== 1) {
      throw new EspalierError(
        'ESPALIER_INVALID_ARCHITECTURE',
        `${shaped.name} gives [${shaped.outputShape.join(', ')}], but cross-entropy takes logits of shape [classes].`,
      );
    }
    this.layers = shaped.nodes
      .flatMap((node) => node.parameters)
      .flatMap(({ name, layer }) => {
        const parameter = parameters.get(name);
        if (layer === undefined || parameter === undefined) return [];
        return [new ReferenceLayer(layer, parameter, this.#optimizer.firstMoment, () => this.#guard())];
      });
    startKernels(parameters, this.layers, request.start, request.latent);
  }

  trainStep(batch: Batch, request: StepRequest): StepResult {
    this.#guard();
    this.#checkSignals(request.signals);
    const { step } = request.clock;
    const everywhere =
      request.signals.has('gradient') || this.#denseMomentum || this.#request.latent !== undefined;
    const run = this.#run(batch, {
      examples: batch.size,
      everywhere,
      taps: request.signals.has('factors'),
      training: { dropout: (node) => this.#request.random('dropout', node, step) },
    });
    const { value: loss, gradient } = lossOf(this.#request.loss, run.output, batch);
    if (!Number.isFinite(loss)) throw notFinite(step, `the loss is ${loss}`, run.firstNotFinite());
    run.backward(gradient);
    const trained = [...this.#network.parameters.values()].filter(({ isTrained }) => isTrained);
    const broken = trained.find(({ gradient, active, everywhere: all }) =>
      (everywhere ? all : active).some((position) => !Number.isFinite(gradient[position])),
    );
    if (broken !== undefined)
      throw notFinite(step, `the gradient by ${broken.name} is not finite`, undefined);

    run.settle();
    for (const layer of this.layers) layer.hold(request.signals, request.accumulate);
    if (request.updateWeights) {
      for (const parameter of trained) {
        moveParameter(parameter, this.#optimizer, request.learningRate, this.#denseMomentum);
      }
    }
    return { loss };
  }

  applyTopology(changes: readonly TopologyChange[]): void {
    this.#guard();
    const targets = changes.map((change) => {
      const layer = this.layers.find(({ name }) => name === change.layer);
      const parameter = this.#network.parameters.get(change.layer);
      if (layer === undefined || parameter === undefined) {
        const known = this.layers.map(({ name }) => name);
        throw new EspalierError(
          'ESPALIER_UNKNOWN_LAYER',
          `There is no layer "${change.layer}" to change.${suggest(change.layer, known)}`,
        );
      }
      checkChange(parameter, change, layer.heldGradient);
      return { change, parameter, gradient: layer.heldGradient };
    });
    if (new Set(changes.map(({ layer }) => layer)).size < changes.length) {
      throw new TypeError('Two topology changes name the same layer; there must be one net change for each.');
    }
    for (const { change, parameter, gradient } of targets) {
      commitChange(parameter, change, this.#optimizer.firstMoment, gradient);
    }
  }

  evaluate(batch: Batch): EvaluationSums {
    this.#guard();
    const run = this.#run(batch, { examples: batch.size, everywhere: false });
    const { sum, correct } = lossOf(this.#request.loss, run.output, batch);
    return { examples: batch.size, loss: sum, ...(correct !== undefined && { correct }) };
  }

  /** @throws EspalierError ESPALIER_DATA_SHAPE */
  predict(inputs: Float32Array, size: number): Float32Array {
    this.#guard();
    checkInputs(inputs, size, this.#network.shaped.inputShape);
    const { output } = this.#network.run(Float64Array.from(inputs), { examples: size, everywhere: false });
    return Float32Array.from(output);
  }

  save(): EngineState {
    this.#guard();
    return saveState(this.#network.parameters.values(), this.layers);
  }

  /** @throws EspalierError ESPALIER_DATA_SHAPE where the state is not one of such an engine */
  load(state: EngineState): void {
    this.#guard();
    loadState(this.#network.parameters.values(), this.layers, state);
  }

  /** The memory goes with the engine itself. */
  dispose(): void {
    this.#disposed = true;
  }

  #run(batch: Batch, pass: Pass) {
    checkBatch(batch, this.#network.shaped.inputShape, this.#outputs, this.#request.loss);
    return this.#network.run(Float64Array.from(batch.inputs), pass);
  }

  #checkSignals(signals: ReadonlySet<Signal>): void {
    for (const signal of signals) {
      if (this.signals.has(signal)) continue;
      throw new EspalierError(
        'ESPALIER_ENGINE_REFUSES',
        `The reference engine has no signal "${signal}".${suggest(signal, [...this.signals])}`,
      );
    }
  }

  #guard(): void {
    if (this.#disposed) {
      throw new EspalierError('ESPALIER_DISPOSED', 'The reference engine was disposed; create another one.');
    }
  }
}

function notFinite(step: number, what: string, node: string | undefined): EspalierError {
  const where = node === undefined ? '' : `, first in the output of "${node}"`;
  return new EspalierError(
    'ESPALIER_NOT_FINITE',
    `At step ${step} ${what}${where}. The weights were left as they were. A smaller learning rate may help.`,
  );
}
