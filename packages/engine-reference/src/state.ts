import { showShape } from '@espalier/architectures';
import { type EngineState, EspalierError, type Positions, type StateTensor } from '@espalier/core';
import type { ReferenceLayer } from './layer.js';
import type { Parameter } from './parameter.js';

const GRADIENT = 'gradient';

/** Copies everything that training goes on from: kernels sparse, and the gradient signal while it is held. */
export function saveState(parameters: Iterable<Parameter>, layers: readonly ReferenceLayer[]): EngineState {
  const tensors: Record<string, StateTensor> = {};
  const slots: Record<string, StateTensor> = {};
  for (const parameter of parameters) {
    tensors[parameter.name] = pack(parameter, parameter.values);
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
    commits.push(() => {
      unpack(tensor, parameter.values);
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
  if (!isKernel || !isZeroOff(active, values)) return { shape, data: values.slice() };
  return {
    shape,
    data: Float64Array.from(active, (position) => values[position]!),
    positions: active.slice(),
  };
}

function isZeroOff(active: Positions, values: Float64Array): boolean {
  let next = 0;
  return values.every((value, position) => {
    if (active[next] !== position) return value === 0;
    next++;
    return true;
  });
}

function unpack({ data, positions }: StateTensor, values: Float64Array): void {
  if (positions === undefined) {
    values.set(data);
    return;
  }
  values.fill(0);
  positions.forEach((position, i) => {
    values[position] = data[i]!;
  });
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
