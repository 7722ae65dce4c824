import { EspalierError, type OptimizerOptions, suggest } from '@espalier/core/engine';
import { CONTROL } from '../memory/control.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import { AGE, type Parameter } from './parameter.js';

const KINDS = { sgd: 0, nesterov: 1, adam: 2, adamw: 3 } as const;
const RECORD_WORDS = 16;
const PULL_WORD = 10;
// 1 - b^a differs from 1 by less than a float32 can tell once b^a is below this.
const NEGLIGIBLE = 2 ** -26;
const MOST_CORRECTIONS = 1 << 20;

/** The optimizer's settings in the words that the kernels read, and the table of what it changes. */
export class Optimizer {
  /** Names of its slots. */
  readonly slots: readonly string[];
  /** The slot that the `momentum` signal shows and that seeds go to. */
  readonly firstMoment: string;
  readonly #options: OptimizerOptions;

  /** @throws EspalierError ESPALIER_INVALID_OPTION for a name that is none */
  constructor(options: OptimizerOptions) {
    const { use } = options;
    if (use !== 'sgd' && use !== 'adam' && use !== 'adamw') {
      throw new EspalierError(
        'ESPALIER_INVALID_OPTION',
        `There is no optimizer "${String(use)}".${suggest(String(use), ['sgd', 'adam', 'adamw'])}`,
      );
    }
    this.#options = options;
    this.slots = use === 'sgd' ? ['momentum'] : ['first_moment', 'second_moment', AGE];
    this.firstMoment = this.slots[0] as string;
  }

  /** Writes the settings, once. */
  configure(shared: SharedMemory): void {
    const { use, momentum = 0, nesterov = false, weightDecay = 0 } = this.#options;
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = this.#options;
    shared.setWord(CONTROL.optimizer, KINDS[use === 'sgd' && nesterov ? 'nesterov' : use]);
    shared.setFloat(CONTROL.momentum, momentum);
    shared.setFloat(CONTROL.weightDecay, weightDecay);
    shared.setFloat(CONTROL.beta1, beta1);
    shared.setFloat(CONTROL.beta2, beta2);
    shared.setFloat(CONTROL.epsilon, epsilon);
    if (use === 'sgd') return;
    const corrections = correctionsOf(beta1, beta2);
    const address = shared.heap.take(corrections.byteLength, 'the bias corrections');
    shared.floatsAt(address, corrections.length).set(corrections);
    shared.setWord(CONTROL.corrections, address);
    shared.setWord(CONTROL.correctionCount, corrections.length / 2);
  }

  /** Writes where the parameters are; again after every change of topology. */
  list(shared: SharedMemory, table: number, parameters: readonly Parameter[]): void {
    const words = shared.wordsAt(table, parameters.length * RECORD_WORDS);
    const floats = shared.floatsAt(table, parameters.length * RECORD_WORDS);
    parameters.forEach((parameter, i) => {
      const [first, second, age] = this.slots.map((name) => parameter.slots.get(name)?.address ?? 0);
      const [copy, more] = parameter.copies;
      words.set(
        [
          parameter.count,
          parameter.values,
          parameter.gradients,
          parameter.stride,
          first ?? 0,
          second ?? 0,
          age ?? 0,
          copy?.permutation ?? 0,
          copy?.values ?? 0,
          parameter.isKernel ? 1 : 0,
          0,
          more?.permutation ?? 0,
          more?.values ?? 0,
        ],
        i * RECORD_WORDS,
      );
      floats[i * RECORD_WORDS + PULL_WORD] = parameter.pull;
    });
    shared.setWord(CONTROL.parameters, table);
    shared.setWord(CONTROL.parameterCount, parameters.length);
  }

  /** Bytes of the table for so many parameters. */
  static tableBytes(parameters: number): number {
    return parameters * RECORD_WORDS * 4;
  }
}

/** Pairs 1 - beta1^a, 1 - beta2^a for ages from 1 until both are 1. */
export function correctionsOf(beta1: number, beta2: number): Float32Array {
  const slower = Math.max(beta1, beta2);
  const ages = slower <= 0 ? 1 : Math.ceil(Math.log(NEGLIGIBLE) / Math.log(slower));
  const corrections = new Float32Array(2 * Math.min(MOST_CORRECTIONS, Math.max(1, ages)));
  for (let i = 0; i < corrections.length; i += 2) {
    const age = i / 2 + 1;
    corrections[i] = 1 - beta1 ** age;
    corrections[i + 1] = 1 - beta2 ** age;
  }
  return corrections;
}
