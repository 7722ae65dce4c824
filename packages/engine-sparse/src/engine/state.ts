import { showShape } from '@espalier/architectures';
import {
  common,
  type EngineState,
  EspalierError,
  type Positions,
  type StateTensor,
  union,
  without,
} from '@espalier/core/engine';
import type { SharedMemory } from '../memory/shared-memory.js';
import { indicesOf } from '../parameters/indices.js';
import { Kernel } from '../parameters/kernel.js';
import type { Parameter } from '../parameters/parameter.js';
import type { RewiringKernels } from '../parameters/rewiring.js';
import type { HeldBatches } from '../signals/held-batches.js';
import type { LatentValues } from './latent-values.js';
import type { SlotsOffMask } from './parked-slots.js';

/** What a state is made of. */
export interface StateParts {
  readonly parameters: readonly Parameter[];
  /** By kernel. */
  readonly parked: ReadonlyMap<string, SlotsOffMask>;
  /** By kernel, of those that have values off the mask. */
  readonly latent: ReadonlyMap<string, LatentValues>;
  readonly held: HeldBatches;
  readonly shared: SharedMemory;
  readonly rewiring: RewiringKernels;
}

// A gradient that is being summed lives in its batches: activations and deltas, [tiles, features, examples].
const HELD = 'held_batch';
const LATENT = 'latent';
const TRAINED = 'trained';

/** Copies everything that training goes on from, kernels sparse, and of latent ones all values and which are trained. */
export function saveState({ parameters, parked, latent, held, shared }: StateParts): EngineState {
  const tensors: Record<string, StateTensor> = {};
  const slots: Record<string, StateTensor> = {};
  for (const parameter of parameters) {
    const { name, shape } = parameter;
    const values = shared.floatsAt(parameter.values, parameter.count).slice();
    if (!(parameter instanceof Kernel)) {
      tensors[name] = { shape, data: values };
      for (const slot of parameter.slots.keys())
        slots[`${slot}/${name}`] = { shape, data: parameter.slot(slot).slice() };
      continue;
    }
    const positions = parameter.active.slice();
    tensors[name] = { shape, data: values, positions };
    const off = latent.get(name);
    if (off !== undefined) {
      slots[`${LATENT}/${name}`] = { shape, data: off.everywhere().slice() };
      slots[`${TRAINED}/${name}`] = packTrained(parameter, off.trained);
    }
    for (const slot of parameter.slots.keys()) {
      slots[`${slot}/${name}`] = packSlot(parameter, slot, positions, parked.get(name)!);
    }
  }
  held.rounds.forEach(({ address, tiles, lanes, bytes }, i) => {
    const shape = [tiles, bytes / (4 * tiles * lanes), lanes];
    slots[`${HELD}/${i}`] = { shape, data: shared.floatsAt(address, bytes / 4).slice() };
  });
  return { parameters: tensors, slots };
}

/** Ones where values off the mask are trained; without positions where all are. */
function packTrained({ shape, size }: Kernel, trained: LatentValues['trained']): StateTensor {
  if (trained === 'all') return { shape, data: new Float32Array(size).fill(1) };
  return { shape, data: new Float32Array(trained.length).fill(1), positions: trained.slice() };
}

/** Active slots, and those that are kept for pruned weights. */
function packSlot(kernel: Kernel, slot: string, active: Positions, parked: SlotsOffMask): StateTensor {
  const values = kernel.slot(slot);
  if (parked.positions.length === 0) {
    return { shape: kernel.shape, data: values.slice(), positions: active };
  }
  const positions = union(active, parked.positions).slice();
  const data = new Float64Array(positions.length);
  indicesOf(active, positions).forEach((at, i) => {
    data[at] = values[i]!;
  });
  const kept = parked.slot(slot);
  indicesOf(parked.positions, positions).forEach((at, i) => {
    data[at] = kept[i]!;
  });
  return { shape: kernel.shape, data, positions };
}

/**
 * Takes a saved state over; nothing changes where it does not fit.
 * @throws EspalierError ESPALIER_DATA_SHAPE naming a tensor that is missing or of another shape
 */
export function loadState(parts: StateParts, state: EngineState): void {
  const { parameters, latent, held, shared } = parts;
  const commits: (() => void)[] = [];
  for (const parameter of parameters) {
    const tensor = find(state.parameters, parameter.name, parameter.shape);
    const slots = [...parameter.slots.keys()].map(
      (slot) => [slot, find(state.slots, `${slot}/${parameter.name}`, parameter.shape)] as const,
    );
    commits.push(() => unpack(parameter, tensor, slots, parts));
    const off = latent.get(parameter.name);
    if (off === undefined) continue;
    const values = find(state.slots, `${LATENT}/${parameter.name}`, parameter.shape);
    const trained = find(state.slots, `${TRAINED}/${parameter.name}`, parameter.shape);
    commits.push(() => {
      off.values.set(spread(values));
      off.trained = trained.positions?.slice() ?? 'all';
    });
  }
  const summed = Object.keys(state.slots).find((name) => name.startsWith('gradient/'));
  if (summed !== undefined) {
    throw misfit(
      `"${summed}" is a dense gradient that another engine was summing. Saved after its update, the state has none`,
    );
  }
  const rounds = Object.keys(state.slots).filter((name) => name.startsWith(`${HELD}/`));
  for (const name of rounds) {
    const features = state.slots[name]!.shape[1];
    if (features === held.features) continue;
    throw misfit(`"${name}" holds ${features} values of each example where this engine has ${held.features}`);
  }
  commits.push(() => {
    held.drop();
    rounds.forEach((_, i) => {
      const { shape, data } = state.slots[`${HELD}/${i}`]!;
      const [tiles, , lanes] = shape as [number, number, number];
      const { address, bytes } = held.begin({
        ...{ tiles, lanes, examples: tiles * lanes },
        adds: i > 0,
        forGradient: true,
      });
      shared.floatsAt(address, bytes / 4).set(data);
    });
  });
  for (const commit of commits) commit();
}

function unpack(
  parameter: Parameter,
  tensor: StateTensor,
  slots: readonly (readonly [string, StateTensor])[],
  { parked, shared, rewiring }: StateParts,
): void {
  if (!(parameter instanceof Kernel)) {
    shared.floatsAt(parameter.values, parameter.count).set(spread(tensor));
    for (const [name, saved] of slots) parameter.slot(name).set(spread(saved));
    return;
  }
  const active = tensor.positions ?? everywhere(parameter.size);
  parameter.place(active);
  parameter.weights.set(tensor.data);
  const off = slots.map(([, saved]) => offActive(saved, active));
  const positions = off.reduce((all, own) => union(all, own), active.slice(0, 0) as Positions);
  const kept = new Map<string, Float64Array>();
  for (const [name, saved] of slots) {
    parameter.slot(name).set(gather(saved, active));
    kept.set(name, gather(saved, positions));
  }
  parked.get(parameter.name)?.replace(positions, kept);
  parameter.order(rewiring);
}

/** Positions where a slot is kept though its weight is not active. */
function offActive({ positions, data, shape }: StateTensor, active: Positions): Positions {
  if (positions !== undefined) return without(positions, active);
  const off = without(everywhere(sizeOfShape(shape)), active);
  return off.filter((position) => data[position] !== 0) as Positions;
}

function gather(saved: StateTensor, at: Positions): Float64Array {
  if (saved.positions === undefined) return Float64Array.from(at, (position) => saved.data[position]!);
  const values = new Float64Array(at.length);
  const present = common(at, saved.positions);
  const sources = indicesOf(present, saved.positions);
  indicesOf(present, at).forEach((target, i) => {
    values[target] = saved.data[sources[i]!]!;
  });
  return values;
}

function spread({ shape, data, positions }: StateTensor): ArrayLike<number> {
  if (positions === undefined) return data;
  const all = new Float64Array(sizeOfShape(shape));
  positions.forEach((position, i) => {
    all[position] = data[i]!;
  });
  return all;
}

function everywhere(size: number): Uint32Array {
  return Uint32Array.from({ length: size }, (_, position) => position);
}

function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

function find(
  tensors: Readonly<Record<string, StateTensor>>,
  name: string,
  shape: readonly number[],
): StateTensor {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (tensor === undefined) throw misfit(`it has no tensor "${name}"`);
  const { data, positions } = tensor;
  if (showShape(tensor.shape) !== showShape(shape)) {
    throw misfit(`"${name}" has shape ${showShape(tensor.shape)} there and ${showShape(shape)} here`);
  }
  const size = sizeOfShape(shape);
  const fits = (positions ?? []).every((position, i) => position < size && !(position <= positions![i - 1]!));
  if (data.length !== (positions?.length ?? size) || !fits) {
    throw misfit(
      `"${name}" has ${data.length} values for ${positions?.length ?? size} positions, ascending below ${size}`,
    );
  }
  return tensor;
}

function misfit(what: string): EspalierError {
  return new EspalierError(
    'ESPALIER_DATA_SHAPE',
    `The state does not fit this engine: ${what}. A state fits engines of the same architecture and optimizer.`,
  );
}
