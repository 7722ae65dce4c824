import { EspalierError } from '@espalier/core/engine';
import { showShape } from '../shape.js';

/** One node while it is checked: what comes in, and how to complain. */
export class NodeSite {
  /**
   * @param architecture - its name, for messages
   * @param node - the node's name, for messages
   * @param inputs - names of the nodes whose outputs come in
   * @param inputShapes - their shapes
   */
  constructor(
    readonly architecture: string,
    readonly node: string,
    readonly inputs: readonly string[],
    readonly inputShapes: readonly (readonly number[])[],
  ) {}

  /** Throws ESPALIER_INVALID_ARCHITECTURE naming the node. */
  fail(explanation: string): never {
    throw new EspalierError(
      'ESPALIER_INVALID_ARCHITECTURE',
      `Node "${this.node}" of ${this.architecture}: ${explanation}`,
    );
  }

  /** The shape of the one input. */
  shape(): readonly number[] {
    if (this.inputs.length !== 1) {
      this.fail(`it takes one input, but has ${this.inputs.length} (${this.inputs.join(', ')}).`);
    }
    return this.inputShapes[0] as readonly number[];
  }

  /** The shape of the one input, which must be an image. */
  image(): readonly [height: number, width: number, channels: number] {
    const shape = this.shape();
    if (shape.length !== 3) {
      this.fail(
        `it takes [height, width, channels], but "${this.inputs[0]}" gives ${showShape(shape)}, which has rank ${shape.length}.`,
      );
    }
    return shape as unknown as readonly [number, number, number];
  }

  /** Checks a whole number of at least 1. */
  positiveInteger(option: string, value: unknown): number {
    if (!Number.isSafeInteger(value) || (value as number) < 1) {
      this.fail(`${option} is ${JSON.stringify(value)}; it must be a positive integer.`);
    }
    return value as number;
  }

  /** Checks a pair of whole numbers of at least 1: [height, width]. */
  pair(option: string, value: unknown): readonly [number, number] {
    if (!Array.isArray(value) || value.length !== 2) {
      this.fail(`${option} is ${JSON.stringify(value)}; it must be two positive integers, [height, width].`);
    }
    return [this.positiveInteger(`${option}[0]`, value[0]), this.positiveInteger(`${option}[1]`, value[1])];
  }

  /** Checks one of some names. */
  oneOf<T extends string>(option: string, value: unknown, known: readonly T[]): T {
    if (!known.includes(value as T)) {
      this.fail(`${option} is ${JSON.stringify(value)}; it must be one of ${known.join(', ')}.`);
    }
    return value as T;
  }

  /** Checks true or false. */
  flag(option: string, value: unknown): boolean {
    if (typeof value !== 'boolean') {
      this.fail(`${option} is ${JSON.stringify(value)}; it must be true or false.`);
    }
    return value;
  }

  /** Checks a finite number for which `holds`. */
  number(option: string, value: unknown, holds: (value: number) => boolean, range: string): number {
    if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value)) {
      this.fail(`${option} is ${String(value)}; it must be ${range}.`);
    }
    return value;
  }
}
