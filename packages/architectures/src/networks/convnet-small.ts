import type { Architecture, ArchitectureNode } from '@espalier/core';

const FILTERS = [8, 16, 32] as const;

/**
 * A small modern convnet for images of [28, 28, 1]: three blocks of 3x3 convolution (`same`, no bias), batch
 * normalisation and ReLU with 8, 16 and 32 filters, 2x2 max-pooling after the first two, then the mean over the
 * image and ten logits.
 */
export function smallConvnet(): Architecture {
  const blocks = FILTERS.flatMap((filters, i): ArchitectureNode[] => {
    const block: ArchitectureNode[] = [
      // Batch normalisation takes the mean away, and a bias with it.
      { kind: 'conv2d', name: `conv2d_${i + 1}`, filters, kernelSize: [3, 3], padding: 'same', bias: false },
      { kind: 'batchNorm', name: `batch_norm_${i + 1}` },
      { kind: 'activation', name: `activation_${i + 1}`, activation: 'relu' },
    ];
    if (i < FILTERS.length - 1)
      block.push({ kind: 'maxPool2d', name: `max_pool_${i + 1}`, poolSize: [2, 2] });
    return block;
  });
  return {
    name: 'convnet-small',
    inputShape: [28, 28, 1],
    nodes: [
      ...blocks,
      { kind: 'globalAveragePool', name: 'global_average_pool' },
      { kind: 'dense', name: 'dense_1', units: 10 },
    ],
  };
}
