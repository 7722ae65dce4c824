import { lenet300100, mlp } from '@espalier/architectures';

/** What `espalier bench` trains: a small network and one that is large for its data. */
export const TRIAL_NETWORKS = {
  'lenet-300-100': { architecture: lenet300100(), batchSize: 32 },
  'mlp-1000': { architecture: mlp({ layers: [784, 1000, 1000, 1000, 10] }), batchSize: 128 },
} as const;

/** One of {@link TRIAL_NETWORKS}. */
export type NetworkName = keyof typeof TRIAL_NETWORKS;
