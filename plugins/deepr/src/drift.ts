import { type StepHook, strategy } from '@espalier/core';
import { PAPER } from './paper.js';
import { Signs } from './signs.js';

/** After each step weights drift towards a change of sign, and walk a little at random. */
export const drift = strategy(
  'hook',
  'drift',
  { l1: 0.00001, temperature: 1e-10 },
  {
    useFactory: ({ l1, temperature }, services): StepHook => {
      const signs = new Signs(services.run.seed);
      return {
        afterStep(layer, context) {
          const signOf = signs.of(layer);
          const noise = context.random('noise', layer);
          const shift = context.learningRate * l1;
          const deviation = Math.sqrt(2 * context.learningRate * temperature);
          const { active, weights } = layer;
          for (let i = 0; i < weights.length; i++) {
            const walk = deviation === 0 ? 0 : deviation * noise.normal();
            weights[i] = weights[i]! + signOf(active[i]!) * (walk - shift);
          }
        },
      };
    },
  },
  {
    summary:
      'After each optimizer step: theta -= rate x l1, and a random walk of variance 2 x rate x temperature, theta being weight times sign.',
    options: {
      l1: 'pull towards 0 and beyond, times the learning rate; not negative',
      temperature: 'of the random walk; not negative',
    },
    paper: PAPER,
    check({ l1, temperature }) {
      if (!(l1 >= 0)) return `l1 is ${l1}, but must not be negative.`;
      return temperature >= 0 ? undefined : `temperature is ${temperature}, but must not be negative.`;
    },
  },
);
