import { sizeOf } from '@espalier/architectures';
import {
  type Batch,
  type Engine,
  type EngineRequest,
  type EngineState,
  EspalierError,
  type EvaluationSums,
  type Loss,
  type Signal,
  type StepRequest,
  type StepResult,
  suggest,
  type TopologyChange,
} from '@espalier/core/engine';
import type { KernelName } from '../kernels/names.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { OwnWeights } from '../model/own-weights.js';
import { SparseNetwork } from '../network/sparse-network.js';
import { Optimizer } from '../parameters/optimizer.js';
import type { Parameter } from '../parameters/parameter.js';
import { FactorSignal } from '../signals/factor-signal.js';
import { GradientSignal } from '../signals/gradient-signal.js';
import { HeldBatches } from '../signals/held-batches.js';
import type { Team } from '../threads/team.js';
import { type BatchShape, checkBatch, checkInputs } from './batch.js';
import type { LatentValues } from './latent-values.js';
import { OffMask } from './off-mask.js';
import { ParkedSlots, type SlotsOffMask } from './parked-slots.js';
import { Runner, type TrainingPass } from './runner.js';
import { type DenseState, suppliedSignals } from './signals.js';
import { SparseLayer } from './sparse-layer.js';
import { startKernels } from './start.js';
import { loadState, type StateParts, saveState } from './state.js';
import { checkChange, commitChange } from './topology.js';

/** Trains one network whose weights exist only where they are active. */
export class SparseEngine implements Engine {
  readonly name = 'sparse';
  readonly backend: KernelName;
  readonly threads: number;
  readonly signals: ReadonlySet<Signal>;
  readonly layers: readonly SparseLayer[];
  readonly #loss: Loss;
  readonly #random: EngineRequest['random'];
  readonly #shared: SharedMemory;
  readonly #team: Team;
  readonly #optimizer: Optimizer;
  readonly #network: SparseNetwork;
  readonly #held: HeldBatches;
  readonly #runner: Runner;
  readonly #parked: ReadonlyMap<string, SlotsOffMask>;
  /** What layers hold where they have no weights, where they hold anything there. */
  readonly #offMask: readonly OffMaskOf[];
  /** By kernel, of those that have values off the mask. */
  readonly #latent: ReadonlyMap<string, LatentValues>;
  readonly #batchShape: BatchShape;
  readonly #table: number;
  readonly #own: OwnWeights | undefined;
  #disposed = false;

  /**
   * @param network - what the request asks for, in the same memory
   * @param own - weights of the model that it was converted from
   * @param dense - what it may hold where there is no weight
   * @throws TypeError where `request.start` does not go with the layers
   * @throws EspalierError ESPALIER_ENGINE_REFUSES where there is no memory for what is held off the mask
   */
  constructor(
    backend: KernelName,
    request: EngineRequest,
    network: SparseNetwork,
    optimizer: Optimizer,
    shared: SharedMemory,
    team: Team,
    own: OwnWeights | undefined,
    dense: DenseState,
  ) {
    this.signals = suppliedSignals(dense);
    this.backend = backend;
    this.threads = team.threads;
    // Nothing that stays, closures included, may hold the request: its start may be as large as the network.
    this.#loss = request.loss;
    this.#random = request.random;
    const settings = request.optimizer;
    this.#own = own;
    this.#shared = shared;
    this.#team = team;
    this.#network = network;
    this.#optimizer = optimizer;
    const { plan, linear, parameters } = network;
    this.#batchShape = {
      input: plan.shaped.inputShape,
      outputs: sizeOf(plan.shaped.outputShape),
      loss: request.loss,
    };
    this.#held = new HeldBatches(shared, plan.features);
    const latent = startKernels(
      linear.map(({ kernel }) => kernel),
      own?.complete(request.start) ?? request.start,
      request.latent,
      team.rewiring,
    );
    const offMask = linear.map(({ kernel }) => {
      const values = latent.get(kernel.name);
      return values || dense.momentum ? new OffMask(kernel, settings, values) : undefined;
    });
    this.layers = linear.map((layer, i) => {
      const gradient = new GradientSignal(layer, this.#held, shared, team);
      const factors = new FactorSignal(layer, this.#held, shared);
      return new SparseLayer(
        layer.kernel,
        { gradient, factors, offMask: offMask[i] },
        optimizer.firstMoment,
        () => this.#guard(),
      );
    });
    this.#offMask = this.layers.flatMap((layer, i) =>
      offMask[i] === undefined ? [] : [{ layer, off: offMask[i] }],
    );
    this.#latent = latent;
    this.#parked = new Map(
      linear.map(({ kernel }, i) => [kernel.name, offMask[i]?.slots ?? new ParkedSlots(kernel.size)]),
    );
    this.#table = shared.heap.take(Optimizer.tableBytes(parameters.length), 'the table of parameters');
    optimizer.configure(shared);
    this.#runner = new Runner(network, request.loss, shared, team, this.#held);
    own?.takeOver(parameters, shared);
    this.#relocate();
  }

  trainStep(batch: Batch, request: StepRequest): StepResult {
    this.#guard();
    this.#checkSignals(request.signals);
    checkBatch(batch, this.#batchShape);
    const { step } = request.clock;
    const follows = this.#offMask.length > 0 && request.updateWeights;
    const holds = holdingFor(request, follows);
    let broken: string | undefined;
    const beforeUpdate = () => {
      broken = this.#offMask.find(({ layer, off }) => !off.take(layer.gradient))?.layer.name;
      return broken === undefined;
    };
    const { loss, finite } = this.#runner.train(batch, {
      ...(follows ? { beforeUpdate } : {}),
      learningRate: request.learningRate,
      updates: request.updateWeights,
      holds,
      dropout: (node) => this.#random('dropout', node, step),
    });
    const value = this.#loss === 'output-sum' ? loss : loss / batch.size;
    if (!finite) throw this.#notFinite(batch, value, step, broken);
    for (const layer of this.layers) layer.asked = new Set(request.signals);
    if (follows) for (const { off } of this.#offMask) off.move(request.learningRate);
    return { loss: value };
  }

  applyTopology(changes: readonly TopologyChange[]): void {
    this.#guard();
    const { rewiring } = this.#team;
    const targets = changes.map((change) => {
      const layer = this.layers.find(({ name }) => name === change.layer);
      if (layer === undefined) {
        const known = this.layers.map(({ name }) => name);
        throw new EspalierError(
          'ESPALIER_UNKNOWN_LAYER',
          `There is no layer "${change.layer}" to change.${suggest(change.layer, known)}`,
        );
      }
      return checkChange(layer, change, rewiring);
    });
    if (new Set(changes.map(({ layer }) => layer)).size < changes.length) {
      throw new TypeError('Two topology changes name the same layer; there must be one net change for each.');
    }
    for (const target of targets) {
      const parked = this.#parked.get(target.layer.name)!;
      commitChange(target, rewiring, this.#optimizer.firstMoment, parked);
    }
    this.#relocate();
  }

  evaluate(batch: Batch): EvaluationSums {
    this.#guard();
    checkBatch(batch, this.#batchShape);
    const { loss, correct } = this.#runner.evaluate(batch);
    const counted = this.#loss === 'cross-entropy' ? { correct } : {};
    return { examples: batch.size, loss, ...counted };
  }

  /** @throws EspalierError ESPALIER_DATA_SHAPE */
  predict(inputs: Float32Array, size: number): Float32Array {
    this.#guard();
    checkInputs(inputs, size, this.#batchShape.input);
    return this.#runner.predict(inputs, size);
  }

  save(): EngineState {
    this.#guard();
    return saveState(this.#stateParts);
  }

  /** @throws EspalierError ESPALIER_DATA_SHAPE where the state is not one of such an engine */
  load(state: EngineState): void {
    this.#guard();
    loadState(this.#stateParts, state);
    for (const layer of this.layers) layer.asked = new Set();
    this.#relocate();
  }

  /** Writes the weights to the model that was handed in; an architecture has none. */
  updateModel(): void {
    this.#guard();
    this.#own?.update(this.#network.parameters, this.#shared);
  }

  /** Ends the workers; memory goes with the engine itself. */
  dispose(): void {
    this.#disposed = true;
    this.#team.end();
  }

  get #stateParts(): StateParts {
    const { parameters } = this.#network;
    const { rewiring } = this.#team;
    const [parked, latent, held, shared] = [this.#parked, this.#latent, this.#held, this.#shared];
    return { parameters, parked, latent, held, shared, rewiring };
  }

  get #trained(): readonly Parameter[] {
    return this.#network.parameters.filter(({ isTrained }) => isTrained);
  }

  /** Tells the kernels where weights are now. */
  #relocate(): void {
    for (const { off } of this.#offMask) off.forget();
    this.#network.program.refresh();
    this.#optimizer.list(this.#shared, this.#table, this.#trained);
  }

  /** @param offMask - the layer whose gradient was not finite where it has no weights */
  #notFinite(batch: Batch, loss: number, step: number, offMask: string | undefined): EspalierError {
    const { brokenParameter } = this.#runner;
    this.#held.drop();
    const gradient = `the gradient by ${offMask ?? this.#trained[brokenParameter]?.name} is not finite`;
    const lossIsFinite = Number.isFinite(loss);
    const node = lossIsFinite ? undefined : this.#runner.firstNotFinite(batch);
    return new EspalierError(
      'ESPALIER_NOT_FINITE',
      `At step ${step} ${lossIsFinite ? gradient : `the loss is ${loss}`}` +
        `${node === undefined ? '' : `, first in the output of "${node}"`}. ` +
        'The weights were left as they were. A smaller learning rate may help.',
    );
  }

  #checkSignals(signals: ReadonlySet<Signal>): void {
    for (const signal of signals) {
      if (this.signals.has(signal)) continue;
      throw new EspalierError(
        'ESPALIER_ENGINE_REFUSES',
        `The sparse engine has no signal "${signal}".${suggest(signal, [...this.signals])}`,
      );
    }
  }

  #guard(): void {
    if (this.#disposed) {
      throw new EspalierError('ESPALIER_DISPOSED', 'The sparse engine was disposed; create another one.');
    }
  }
}

/** What a layer holds off the mask. */
interface OffMaskOf {
  readonly layer: SparseLayer;
  readonly off: OffMask;
}

/** @param follows - whether slots off the mask are to follow the batch */
function holdingFor({ signals, accumulate }: StepRequest, follows: boolean): TrainingPass['holds'] {
  if (signals.has('gradient')) return accumulate ? 'besides' : 'anew';
  return follows || signals.has('factors') ? 'apart' : 'no';
}
