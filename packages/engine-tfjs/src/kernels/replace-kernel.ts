import * as tf from '@tensorflow/tfjs';

/** A kernel that gets real tensors: registered kernels are always called with those by the engine of TensorFlow.js. */
export type TensorKernel<Attributes> = (
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: Attributes,
  backend: HeapBackend,
) => tf.TensorInfo;

/** The part of the WASM backend that kernels written in JavaScript need. */
export interface HeapBackend {
  /** Allocates a tensor. */
  makeOutput(shape: readonly number[], dtype: string): tf.TensorInfo;
  /** A view on a tensor's memory; stale as soon as anything is allocated. */
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array | Int32Array;
}

/** The kernel of TensorFlow.js itself that a replacement may hand on to. */
export type StockKernel = (
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attributes: object,
) => tf.TensorInfo;

/**
 * Registers a kernel, in the place of the stock one where there is one.
 * @param kernelName - as TensorFlow.js calls it, e.g. `Conv2DBackpropFilter`
 * @param build - makes the kernel; gets the stock kernel, which is undefined where there is none
 */
export function replaceKernel<Attributes>(
  kernelName: string,
  build: (stock: StockKernel | undefined) => TensorKernel<Attributes>,
  backendName: 'wasm' | 'cpu' = 'wasm',
): void {
  const old = tf.getKernel(kernelName, backendName) as tf.KernelConfig | undefined;
  const stock: StockKernel | undefined =
    old &&
    ((inputs, attributes) =>
      old.kernelFunc({
        inputs: inputs as tf.NamedTensorInfoMap,
        attrs: attributes as unknown as tf.NamedAttrMap,
        backend: tf.backend(),
      }) as tf.TensorInfo);
  const kernel = build(stock);
  if (old) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    // The stock kernel's setup wires its C++ function, which the replacement may still call.
    ...old,
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) =>
      kernel(
        inputs as unknown as Record<string, tf.Tensor>,
        attrs as unknown as Attributes,
        backend as HeapBackend,
      ),
  });
}
