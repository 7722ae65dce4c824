import { inferShapes, type ShapedArchitecture } from '@espalier/architectures';
import type { Architecture } from '@espalier/core';
import { buildOperation } from './operations/build.js';
import type { Operation, Pass, Trace } from './operations/operation.js';
import { Parameter } from './parameter.js';

interface Stage {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly operation: Operation;
}

/** The network run over one batch. */
export interface Run {
  readonly output: Float64Array;
  /**
   * Writes the gradients of all parameters.
   * @param upstream - gradient by the output
   */
  backward(upstream: Float64Array): void;
  /** See {@link Trace.settle}. */
  settle(): void;
  /** The first node, in order of evaluation, that gave a value which is not finite. */
  firstNotFinite(): string | undefined;
}

/** An architecture with its parameters. */
export class Network {
  readonly shaped: ShapedArchitecture;
  /** In forward order, under their names. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly #stages: readonly Stage[];

  /**
   * @param slotNames - the optimizer's, for every trained parameter
   * @throws EspalierError ESPALIER_INVALID_ARCHITECTURE
   */
  constructor(architecture: Architecture, slotNames: readonly string[]) {
    this.shaped = inferShapes(architecture);
    const all = new Map<string, Parameter>();
    this.#stages = this.shaped.nodes.map((node) => {
      const own = node.parameters.map((shaped) => new Parameter(shaped, slotNames));
      for (const parameter of own) all.set(parameter.name, parameter);
      return { name: node.node.name, inputs: node.inputs, operation: buildOperation(node, own) };
    });
    this.parameters = all;
  }

  /** @param inputs - shape [examples, ...inputShape] */
  run(inputs: Float64Array, pass: Pass): Run {
    const outputs = new Map([['input', inputs]]);
    const traces = new Map<string, Trace>();
    let output = inputs;
    for (const stage of this.#stages) {
      const incoming = stage.inputs.map((name) => outputs.get(name) as Float64Array);
      const trace = stage.operation(incoming, pass);
      traces.set(stage.name, trace);
      outputs.set(stage.name, trace.output);
      output = trace.output;
    }
    return {
      output,
      backward: (upstream) => this.#backward(traces, upstream),
      settle: () => {
        for (const trace of traces.values()) trace.settle?.();
      },
      firstNotFinite: () =>
        this.#stages.find(({ name }) => !traces.get(name)?.output.every(Number.isFinite))?.name,
    };
  }

  #backward(traces: ReadonlyMap<string, Trace>, upstream: Float64Array): void {
    const gradients = new Map<string, Float64Array>();
    gradients.set(this.#stages.at(-1)?.name ?? 'input', upstream);
    for (const { name, inputs } of [...this.#stages].reverse()) {
      const trace = traces.get(name) as Trace;
      // A node whose output nobody uses still has parameters: their gradient is 0.
      const own = gradients.get(name) ?? new Float64Array(trace.output.length);
      trace.backward(own).forEach((gradient, i) => {
        const input = inputs[i] as string;
        const held = gradients.get(input);
        // Never in place: an operation may have handed one array to several inputs.
        gradients.set(input, held === undefined ? gradient : held.map((value, k) => value + gradient[k]!));
      });
    }
  }
}
