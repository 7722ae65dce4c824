import { showShape } from '@espalier/architectures';
import {
  allPositions,
  type EngineState,
  EspalierError,
  type Positions,
  type StateTensor,
} from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import type { ModelParameter } from '../model/model-parameter.js';
import type { MaskedLayer } from './masked-layer.js';
import type { DenseState, TrainedParameter } from './parameter.js';
import { areAscending, gather, scatter } from './topology.js';

const GRADIENT = 'gradient';
const LATENT = 'latent';
const TRAINED = 'trained';

/** The parts of an engine that its state is made of. */
export interface StateParts {
  /** All tensors of the model. */
  readonly tensors: readonly ModelParameter[];
  /** Those that are trained, by name. */
  readonly trained: ReadonlyMap<string, TrainedParameter>;
  readonly layers: readonly MaskedLayer[];
}

/**
 * Copies everything that training goes on from: kernels sparse, the gradient signal while it is held, and of latent
 * layers all values and which of them are trained.
 */
export function saveState({ tensors, trained, layers }: StateParts): EngineState {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const parameters: Record<string, StateTensor> = {};
  const slots: Record<string, StateTensor> = {};
  for (const { name, variable } of tensors) {
    const parameter = trained.get(name);
    const layer = byName.get(name);
    const state = parameter?.read();
    const values = state?.weights ?? (variable.dataSync() as Float32Array);
    parameters[name] = pack(variable.shape, values, layer?.active);
    if (layer?.latent) {
      parameters[name] = atActive(variable.shape, values, layer.active);
      slots[`${LATENT}/${name}`] = { shape: variable.shape, data: values.slice() };
      slots[`${TRAINED}/${name}`] = packTrained(variable, layer.latent.trained);
    }
    for (const [slot, held] of Object.entries(state?.slots ?? {})) {
      slots[`${slot}/${name}`] = pack(variable.shape, held, layer?.active);
    }
    // Accumulation may be under way: the sum so far belongs to the state.
    const gradient = layer?.heldGradient;
    if (gradient) slots[`${GRADIENT}/${name}`] = { shape: variable.shape, data: gradient.slice() };
  }
  return { parameters, slots };
}

/**
 * Takes a saved state over; nothing changes where it does not fit.
 * @throws EspalierError `ESPALIER_DATA_SHAPE` naming a tensor that is missing or of another shape
 */
export function loadState(state: EngineState, { tensors, trained, layers }: StateParts): void {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const commits = tensors.map(({ name, variable }) => {
    const saved = find(state.parameters, name, variable.shape);
    const parameter = trained.get(name);
    if (!parameter) return () => assign(variable, saved);
    const slots = Object.keys(parameter.read().slots).map(
      (slot) => [slot, find(state.slots, `${slot}/${name}`, variable.shape)] as const,
    );
    const layer = byName.get(name);
    const latent = layer?.latent;
    const all = latent && find(state.slots, `${LATENT}/${name}`, variable.shape);
    const moved = latent && find(state.slots, `${TRAINED}/${name}`, variable.shape);
    const write = (to: DenseState) => {
      unpack(all ?? saved, to.weights);
      if (all && saved.positions) scatter(to.weights, saved.positions, saved.data);
      for (const [slot, held] of slots) unpack(held, to.slots[slot]!);
    };
    if (!layer) return () => parameter.edit(write, { active: undefined });
    const key = `${GRADIENT}/${name}`;
    const gradient = Object.hasOwn(state.slots, key) ? find(state.slots, key, variable.shape) : undefined;
    return () => {
      const moves = latent && { ...latent, trained: moved?.positions?.slice() ?? ('all' as const) };
      layer.rewire(saved.positions?.slice() ?? allPositions(parameter.size), write, moves);
      layer.restore(gradient && Float32Array.from(gradient.data));
    };
  });
  for (const commit of commits) commit();
}

/** Sparse where nothing stands off the mask; kept slots may. */
function pack(shape: readonly number[], values: Float32Array, active: Uint32Array | undefined): StateTensor {
  if (!active || active.length === values.length || !isZeroOff(values, active)) {
    return { shape, data: values.slice() };
  }
  return atActive(shape, values, active);
}

function atActive(shape: readonly number[], values: Float32Array, active: Uint32Array): StateTensor {
  return { shape, data: gather(values, active), positions: active.slice() };
}

/** Ones where values off the mask are trained; without positions where all are. */
function packTrained({ shape, size }: tf.Variable, trained: Positions | 'all'): StateTensor {
  if (trained === 'all') return { shape, data: new Float32Array(size).fill(1) };
  return { shape, data: new Float32Array(trained.length).fill(1), positions: trained.slice() };
}

function isZeroOff(values: Float32Array, active: Uint32Array): boolean {
  let next = 0;
  for (let i = 0; i < values.length; i++) {
    if (i === active[next]) next++;
    else if (values[i] !== 0) return false;
  }
  return true;
}

function unpack({ data, positions }: StateTensor, values: Float32Array): void {
  values.fill(0);
  if (positions) scatter(values, positions, data);
  else values.set(data);
}

function assign(variable: tf.Variable, saved: StateTensor): void {
  tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(saved.data), variable.shape)));
}

function find(tensors: EngineState['slots'], name: string, shape: readonly number[]): StateTensor {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (!tensor) throw misfit(`it has no tensor "${name}"`);
  if (showShape(tensor.shape) !== showShape(shape)) {
    throw misfit(`"${name}" has shape ${showShape(tensor.shape)} there and ${showShape(shape)} here`);
  }
  const size = tf.util.sizeFromShape([...shape]);
  const { data, positions } = tensor;
  if (data.length !== (positions?.length ?? size) || (positions && !areAscending(positions, size))) {
    throw misfit(
      `"${name}" has ${data.length} values for ${positions?.length ?? size} ascending positions below ${size}`,
    );
  }
  return tensor;
}

function misfit(what: string): EspalierError {
  return new EspalierError(
    'ESPALIER_DATA_SHAPE',
    `The state does not fit this engine: ${what}. A state fits engines of the same network and optimizer.`,
  );
}
