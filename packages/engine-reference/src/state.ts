import { showShape } from '@espalier/architectures';
import { type EngineState, EspalierError, type Positions, type StateTensor } from '@espalier/core';
import type { ReferenceLayer } from './layer.js';
import type { Parameter } from './parameter.js';

const GRADIENT = 'gradient';
const LATENT = 'latent';
const TRAINED = 'trained';

/**
 * Copies everything that training goes on from: kernels sparse, the gradient signal while it is held, and of latent
 * layers all values and which of them are trained.
 */
export function saveState(parameters: Iterable<Parameter>, layers: readonly ReferenceLayer[]): EngineState {
  const tensors: Record<string, StateTensor> = {};
  const slots: Record<string, StateTensor> = {};
  for (const parameter of parameters) {
    tensors[parameter.name] = pack(parameter, parameter.values);
    if (parameter.latent !== undefined) {
      const { name, shape, latent, values } = parameter;
      tensors[name] = atActive(parameter, values);
      slots[`${LATENT}/${name}`] = { shape, data: values.slice() };
      slots[`${TRAINED}/${name}`] = packTrained(parameter, latent.trained);
    }
    for (const [name, slot] of parameter.slots) slots[`${name}/${parameter.name}`] = pack(parameter, slot);
  }
  for (const { name, shape, heldGradient } of layers) {
    // Accumulation may be under way: the sum so far belongs to the state.
    if (heldGradient !== undefined) slots[`${GRADIENT}/${name}`] = { shape, data: heldGradient.slice() };
  }
  return { parameters: tensors, slots };
}

/**
 * Takes a saved state over; nothing changes where it does not fit.
 * @throws EspalierError ESPALIER_DATA_SHAPE naming a tensor that is missing or of another shape
 */
export function loadState(
  parameters: Iterable<Parameter>,
  layers: readonly ReferenceLayer[],
  state: EngineState,
): void {
  const commits: (() => void)[] = [];
  for (const parameter of parameters) {
    const tensor = find(state.parameters, parameter.name, parameter.shape);
    const { latent } = parameter;
    const all = latent && find(state.slots, `${LATENT}/${parameter.name}`, parameter.shape);
    const trained = latent && find(state.slots, `${TRAINED}/${parameter.name}`, parameter.shape);
    commits.push(() => {
      unpack(tensor, parameter.values);
      if (latent !== undefined && all !== undefined) {
        parameter.values.set(all.data);
        latent.trained = trained?.positions?.slice() ?? 'all';
        write(tensor, parameter.values);
      }
      if (parameter.isKernel) parameter.active = tensor.positions?.slice() ?? parameter.everywhere;
    });
    for (const [name, slot] of parameter.slots) {
      const saved = find(state.slots, `${name}/${parameter.name}`, parameter.shape);
      commits.push(() => unpack(saved, slot));
    }
  }
  for (const layer of layers) {
    const key = `${GRADIENT}/${layer.name}`;
    const held = Object.hasOwn(state.slots, key) ? find(state.slots, key, layer.shape) : undefined;
    commits.push(() => layer.restore(held && Float64Array.from(held.data)));
  }
  for (const commit of commits) commit();
}

/** Sparse where nothing stands off the mask; kept slots may. */
function pack({ shape, isKernel, active }: Parameter, values: Float64Array): StateTensor {
  return !isKernel || !isZeroOff(active, values)
    ? { shape, data: values.slice() }
    : atActive({ shape, active }, values);
}

function atActive({ shape, active }: Pick<Parameter, 'shape' | 'active'>, values: Float64Array): StateTensor {
  return {
    shape,
    data: Float64Array.from(active, (position) => values[position]!),
    positions: active.slice(),
  };
}

/** Ones where values off the mask are trained; without positions where all are. */
function packTrained({ shape, size }: Parameter, trained: Positions | 'all'): StateTensor {
  if (trained === 'all') return { shape, data: new Float32Array(size).fill(1) };
  return { shape, data: new Float32Array(trained.length).fill(1), positions: trained.slice() };
}

function isZeroOff(active: Positions, values: Float64Array): boolean {
  let next = 0;
  return values.every((value, position) => {
    if (active[next] !== position) return value === 0;
    next++;
    return true;
  });
}

function unpack(tensor: StateTensor, values: Float64Array): void {
  values.fill(0);
  write(tensor, values);
}

function write({ data, positions }: StateTensor, values: Float64Array): void {
  if (positions === undefined) values.set(data);
  else {
    positions.forEach((position, i) => {
      values[position] = data[i]!;
    });
  }
}

function find(
  tensors: Readonly<Record<string, StateTensor>>,
  name: string,
  shape: readonly number[],
): StateTensor {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (tensor === undefined) throw misfit(`it has no tensor "${name}"`);
  const size = shape.reduce((product, n) => product * n, 1);
  const { data, positions } = tensor;
  if (showShape(tensor.shape) !== showShape(shape)) {
    throw misfit(`"${name}" has shape ${showShape(tensor.shape)} there and ${showShape(shape)} here`);
  }
  if (
    data.length !== (positions?.length ?? size) ||
    !(positions ?? []).every((position) => position < size)
  ) {
    throw misfit(
      `"${name}" has ${data.length} values for ${positions?.length ?? size} positions below ${size}`,
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
