import type { ActivationName } from '@espalier/core';

/** The nonlinearities that activation nodes know. */
export const ACTIVATIONS: readonly ActivationName[] = ['relu', 'leakyRelu', 'gelu', 'tanh', 'sigmoid'];
