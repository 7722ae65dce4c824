import type { Logger, TrainerConfig } from 'espalier';

/** A run that takes a moment: 14 steps of a small network on generated data. */
export const SMALL = {
  engine: 'reference',
  data: { use: 'synthetic', train: 200, test: 50, inputShape: [6, 6, 1], classes: 3 },
  architecture: { use: 'mlp', layers: [36, 16, 3] },
  sparsity: { density: 0.25 },
  train: { epochs: 2 },
} as const satisfies TrainerConfig;

/** A logger that keeps what it is told. */
export function keepingLogger(): Logger & { readonly messages: string[] } {
  const messages: string[] = [];
  const keep = (message: string) => {
    messages.push(message);
  };
  return { messages, info: keep, warn: keep };
}
