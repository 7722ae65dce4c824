/**
 * A class-balanced subset of Fashion-MNIST as files in the usual IDX format.
 * @module
 */
import { fileURLToPath } from 'node:url';

/**
 * Where the four files are: `train-` and `t10k-`, `images-idx3-ubyte.gz` and `labels-idx1-ubyte.gz`.
 * @returns an absolute path
 */
export function directory(): string {
  return fileURLToPath(new URL('../files', import.meta.url));
}

/** What the files hold. */
export const description = {
  /** How configurations name it. */
  name: 'fashion-mnist-mini',
  /** Height, width and channels of an image. */
  inputShape: [28, 28, 1],
  /** The meaning of the labels 0 to 9. */
  classes: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  /** The first 500 images of each class of the original's 60,000. */
  trainSize: 5000,
  /** The first 100 images of each class of the original's 10,000. */
  testSize: 1000,
  /** Where the whole data set comes from. */
  source: 'https://github.com/zalandoresearch/fashion-mnist',
  /** Of the images. */
  license: 'MIT, Copyright (c) 2017 Zalando SE',
} as const;
