/** The values of a tensor. */
export type TensorData = Float32Array | Float64Array | Uint32Array | Uint8Array;

/** The safetensors names of the types that are written and read. */
export const DTYPES = { F64: Float64Array, F32: Float32Array, U32: Uint32Array, U8: Uint8Array } as const;

/** A key of {@link DTYPES}. */
export type Dtype = keyof typeof DTYPES;

/** The safetensors name of an array's type. */
export function dtypeOf(data: TensorData): Dtype {
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Uint32Array ? 'U32' : 'U8';
}
