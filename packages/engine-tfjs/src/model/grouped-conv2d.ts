import * as tf from '@tensorflow/tfjs';

interface GroupedConv2dConfig {
  readonly filters: number;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: 'valid' | 'same';
  readonly groups: number;
  readonly useBias: boolean;
  readonly name?: string;
}

/**
 * Convolution of [height, width, channels] in groups, which tf.layers does not have; kernel
 * [kh, kw, channels / groups, filters]. Unit u belongs to group floor(u / (filters / groups)).
 */
export class GroupedConv2d extends tf.layers.Layer {
  /** The name it is serialised by. */
  static readonly className = 'EspalierGroupedConv2d';
  readonly groups: number;
  readonly #config: GroupedConv2dConfig;
  #kernel!: tf.LayerVariable;
  #bias: tf.LayerVariable | undefined;

  /** @param config - as of `tf.layers.conv2d`, with `groups` dividing channels and filters */
  constructor(config: GroupedConv2dConfig) {
    super(config.name === undefined ? {} : { name: config.name });
    this.#config = config;
    this.groups = config.groups;
  }

  override build(inputShape: tf.Shape): void {
    const { filters, kernelSize, groups, useBias } = this.#config;
    const zeros = tf.initializers.zeros();
    const shape = [...kernelSize, inputShape.at(-1)! / groups, filters];
    this.#kernel = this.addWeight('kernel', shape, 'float32', zeros);
    this.#bias = useBias ? this.addWeight('bias', [filters], 'float32', zeros) : undefined;
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const { filters, kernelSize, strides, padding } = this.#config;
    const [, height, width, channels] = inputShape as [null, number, number, number];
    const { outHeight, outWidth } = tf.backend_util.computeConv2DInfo(
      [1, height, width, channels],
      [...kernelSize, channels, filters],
      [...strides],
      1,
      padding,
    );
    return [inputShape[0]!, outHeight, outWidth, filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const image = [inputs].flat()[0] as tf.Tensor4D;
      const output = this.#convolve(image, this.#kernel.read() as tf.Tensor4D);
      return this.#bias ? tf.add(output, this.#bias.read()) : output;
    });
  }

  #convolve(image: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
    const { groups, filters, padding } = this.#config;
    const strides = [...this.#config.strides] as [number, number];
    const channels = image.shape[3];
    if (groups === channels) {
      // One channel per group is a depthwise convolution with the same order of units.
      const depthwise = tf.reshape(kernel, [kernel.shape[0], kernel.shape[1], channels, filters / channels]);
      return tf.depthwiseConv2d<tf.Tensor4D>(image, depthwise as tf.Tensor4D, strides, padding);
    }
    const images = tf.split(image, groups, 3) as tf.Tensor4D[];
    const kernels = tf.split(kernel, groups, 3) as tf.Tensor4D[];
    const outputs = images.map((part, group) => tf.conv2d(part, kernels[group]!, strides, padding));
    return tf.concat(outputs, 3);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#config } as unknown as tf.serialization.ConfigDict;
  }
}

tf.serialization.registerClass(
  GroupedConv2d as unknown as tf.serialization.SerializableConstructor<GroupedConv2d>,
);
