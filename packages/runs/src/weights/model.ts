import type { EngineState, Positions, StateTensor } from '@espalier/core';
import { z } from 'zod';
import { unreadable } from '../files/errors.js';
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors.js';

/** What optimizer slots are called in the file, before their own name. */
const SLOT_PREFIX = 'optimizer:';
const POSITIONS_SUFFIX = '.positions';
/** Metadata of ours; the user's own has other keys. */
const OWN_METADATA = 'espalier.';
const FORMAT = `${OWN_METADATA}format`;
const SHAPES = `${OWN_METADATA}shapes`;
const FORMAT_VERSION = '1';

const shapesSchema = z.record(z.string(), z.array(z.int().min(0)));

/** A model as it was read. */
export interface SavedModel {
  /** Weights and optimizer slots, as an engine loads them. */
  readonly state: EngineState;
  /** What else was kept with them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes weights and optimizer slots as a safetensors file, complete or not at all. A sparse tensor NAME is
 * stored as the values `NAME` and the ascending flat positions `NAME.positions`, its shape in the metadata;
 * optimizer slots have names that begin with `optimizer:`. Equal states make equal files.
 *
 * @param metadata - anything else to keep; keys that begin with `espalier.` are taken
 * @throws TypeError for such a key, or where two tensors would have the same name
 * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
 */
export function writeModel(
  path: string,
  state: EngineState,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const taken = Object.keys(metadata).find((key) => key.startsWith(OWN_METADATA));
  if (taken !== undefined)
    throw new TypeError(`The metadata key ${taken} is taken: it begins with ${OWN_METADATA}`);
  const tensors = new Map<string, Tensor>();
  const shapes: Record<string, readonly number[]> = {};
  const add = (name: string, tensor: Tensor): void => {
    if (tensors.has(name))
      throw new TypeError(`Two tensors of the model would be called ${name} in ${path}.`);
    tensors.set(name, tensor);
  };
  const addAll = (prefix: string, record: Readonly<Record<string, StateTensor>>): void => {
    for (const key of Object.keys(record).sort()) {
      const name = prefix + key;
      const { shape, data, positions } = record[key]!;
      if (positions === undefined) {
        add(name, { shape, data });
        continue;
      }
      add(name, { shape: [data.length], data });
      add(name + POSITIONS_SUFFIX, { shape: [positions.length], data: positions });
      shapes[name] = shape;
    }
  };
  addAll('', state.parameters);
  addAll(SLOT_PREFIX, state.slots);
  writeSafetensors(path, {
    tensors,
    metadata: { ...metadata, [FORMAT]: FORMAT_VERSION, [SHAPES]: JSON.stringify(shapes) },
  });
}

/**
 * Reads what {@link writeModel} wrote.
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where the file is missing, damaged or of another make
 */
export function readModel(path: string): SavedModel {
  const { tensors, metadata } = readSafetensors(path);
  const { [FORMAT]: format, [SHAPES]: shapesText, ...rest } = metadata;
  if (format !== FORMAT_VERSION || shapesText === undefined) {
    throw unreadable(
      path,
      `it says ${FORMAT} = ${format ?? 'nothing'}; this version reads ${FORMAT_VERSION}`,
    );
  }
  const shapes = parseShapes(path, shapesText);
  const positionsNames = new Set([...shapes.keys()].map((name) => name + POSITIONS_SUFFIX));
  const parameters: [string, StateTensor][] = [];
  const slots: [string, StateTensor][] = [];
  for (const [name, tensor] of tensors) {
    if (positionsNames.has(name)) continue;
    const shape = shapes.get(name);
    const loaded =
      shape === undefined ? stateTensor(path, name, tensor) : sparse(path, name, tensor, shape, tensors);
    if (name.startsWith(SLOT_PREFIX)) slots.push([name.slice(SLOT_PREFIX.length), loaded]);
    else parameters.push([name, loaded]);
  }
  for (const name of shapes.keys()) {
    if (!tensors.has(name))
      throw unreadable(path, `its metadata speaks of a tensor ${name}, which is missing`);
  }
  const state = { parameters: Object.fromEntries(parameters), slots: Object.fromEntries(slots) };
  return { state, metadata: rest };
}

function parseShapes(path: string, text: string): Map<string, number[]> {
  try {
    return new Map(Object.entries(shapesSchema.parse(JSON.parse(text))));
  } catch (cause) {
    throw unreadable(path, `its metadata ${SHAPES} is not an object of shapes`, cause);
  }
}

function stateTensor(
  path: string,
  name: string,
  { shape, data }: Tensor,
): StateTensor & { data: Positions | Float32Array } {
  if (data instanceof Uint8Array) throw unreadable(path, `tensor ${name} is of type U8, which no model has`);
  return { shape, data };
}

function sparse(
  path: string,
  name: string,
  tensor: Tensor,
  shape: readonly number[],
  tensors: ReadonlyMap<string, Tensor>,
): StateTensor {
  const positions = tensors.get(name + POSITIONS_SUFFIX)?.data;
  if (!(positions instanceof Uint32Array || positions instanceof Float64Array)) {
    throw unreadable(
      path,
      `the sparse tensor ${name} has no tensor ${name}${POSITIONS_SUFFIX} of type U32 or F64`,
    );
  }
  const { data } = stateTensor(path, name, tensor);
  if (data.length !== positions.length) {
    throw unreadable(path, `tensor ${name} has ${data.length} values at ${positions.length} positions`);
  }
  const size = shape.reduce((product, dim) => product * dim, 1);
  let last = -1;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!;
    if (!Number.isInteger(position) || position <= last || position >= size) {
      throw unreadable(
        path,
        `position ${i} of tensor ${name} is ${position}, after ${last} in a tensor of ${size}`,
      );
    }
    last = position;
  }
  return { shape, data, positions };
}
