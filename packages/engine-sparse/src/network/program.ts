import type { ShapedNode } from '@espalier/architectures';
import type { ActivationName } from '@espalier/core';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { BatchNormLayer } from './batch-norm-layer.js';
import { convolutionOf, type LinearLayer } from './linear-layer.js';
import type { Plan, Stage } from './plan.js';
import { type Fields, FLAGS, type OperationRecord, RECORD_BYTES, writeRecord } from './records.js';
import type { Framed, Value } from './value.js';
import { poolSources } from './windows.js';

const ACTIVATIONS: Readonly<Record<ActivationName, number>> = {
  relu: 0,
  leakyRelu: 1,
  gelu: 2,
  tanh: 3,
  sigmoid: 4,
};

type Pair = readonly [number, number];

/** What the program knows of a dropout mask. */
interface Mask {
  address(): number;
}

/** What operations need besides values, by node. */
interface Parts {
  readonly layers: ReadonlyMap<string, LinearLayer>;
  readonly norms: ReadonlyMap<string, BatchNormLayer>;
  readonly masks: ReadonlyMap<string, Mask>;
}

/** Both directions of a network as lists of operations in shared memory. */
export class Program {
  /** Address and length of the forward list. */
  readonly forward: number;
  readonly forwardCount: number;
  /** Address and length of the backward list. */
  readonly backward: number;
  readonly backwardCount: number;
  readonly #shared: SharedMemory;
  readonly #dropouts: readonly { readonly at: number; readonly mask: Mask }[];
  readonly #linear: readonly { readonly layer: LinearLayer; readonly at: number; readonly adds: boolean }[];

  constructor(plan: Plan, parts: Parts, shared: SharedMemory) {
    this.#shared = shared;
    const builder = new Builder(plan, parts, shared);
    const forward = builder.forward();
    const backward = builder.backward();
    this.forwardCount = forward.length;
    this.backwardCount = backward.length;
    this.forward = shared.heap.take(forward.length * RECORD_BYTES, 'the program');
    this.backward = shared.heap.take(backward.length * RECORD_BYTES, 'the program');
    this.#write(forward, this.forward);
    this.#write(backward, this.backward);
    this.#linear = [...linearOf(forward, this.forward), ...linearOf(backward, this.backward)];
    this.#dropouts = [...dropoutsOf(forward, this.forward), ...dropoutsOf(backward, this.backward)].map(
      ({ node, at }) => ({ at, mask: parts.masks.get(node)! }),
    );
    this.refresh();
  }

  /** Tells the operations where weights and dropout masks are now. */
  refresh(): void {
    for (const { layer, at, adds } of this.#linear) {
      writeRecord({ kind: 'linear', fields: layer.fields(adds) }, this.#shared.wordsAt(at, RECORD_BYTES / 4));
    }
    for (const { at, mask } of this.#dropouts) this.#shared.setWord(at + 24, mask.address());
  }

  #write(records: readonly Emitted[], address: number): void {
    records.forEach(({ record }, i) => {
      writeRecord(record, this.#shared.wordsAt(address + i * RECORD_BYTES, RECORD_BYTES / 4));
    });
  }
}

interface Emitted {
  readonly record: OperationRecord;
  readonly layer?: LinearLayer;
  readonly dropout?: string;
}

function linearOf(records: readonly Emitted[], address: number) {
  return records.flatMap(({ record, layer }, i) =>
    layer === undefined
      ? []
      : [{ layer, at: address + i * RECORD_BYTES, adds: ((record.fields.flags ?? 0) & FLAGS.adds) !== 0 }],
  );
}

function dropoutsOf(records: readonly Emitted[], address: number) {
  return records.flatMap(({ dropout }, i) =>
    dropout === undefined ? [] : [{ node: dropout, at: address + i * RECORD_BYTES }],
  );
}

class Builder {
  readonly #plan: Plan;
  readonly #layers: ReadonlyMap<string, LinearLayer>;
  readonly #norms: ReadonlyMap<string, BatchNormLayer>;
  readonly #pools = new Map<string, Fields>();

  constructor(plan: Plan, parts: Parts, shared: SharedMemory) {
    this.#plan = plan;
    this.#layers = parts.layers;
    this.#norms = parts.norms;
    for (const { shaped, inputs } of plan.stages) {
      const pool = poolOf(shaped);
      if (pool === undefined) continue;
      const what = `the windows of ${shaped.node.name}`;
      const sources = shared.store(pool.sources, what);
      const frame = inputs[0]?.framedDelta;
      this.#pools.set(shaped.node.name, {
        starts: shared.store(pool.starts, what),
        sources,
        targets: frame === undefined ? sources : shared.store(framedTo(frame, shaped, pool.sources), what),
        outputs: pool.starts.length - 1,
        pixel: shaped.outputShape.at(-1) as number,
        covers: pool.covers ? 1 : 0,
      });
    }
  }

  forward(): Emitted[] {
    const { input, stages } = this.#plan;
    const first: Emitted = {
      record: { kind: 'input', fields: { y: input.offset, features: input.features } },
    };
    return [first, ...stages.flatMap((stage) => this.#stage(stage, () => false, true))];
  }

  backward(): Emitted[] {
    const { stages, output } = this.#plan;
    const written = new Set<Value>([output]);
    const emitted: Emitted[] = [];
    for (const stage of [...stages].reverse()) {
      const own = stage.output;
      if (own.delta < 0) continue;
      if (!written.has(own)) {
        // Nobody uses the output, but the parameters have a gradient all the same: 0.
        emitted.push({ record: { kind: 'zero', fields: { dx: own.delta, features: own.features } } });
      } else if (own.rectified && !this.#isMasked(own)) {
        const fields = { x: own.offset, dx: own.delta, features: own.features };
        emitted.push({ record: { kind: 'mask', fields } });
      }
      const adds = (value: Value) => {
        const again = written.has(value);
        written.add(value);
        return again;
      };
      emitted.push(...this.#stage(stage, adds, false));
    }
    return emitted;
  }

  /** Whether the one layer or pool that reads a value masks its gradient on the way. */
  #isMasked(value: Value): boolean {
    return (
      [...this.#layers.values()].some(({ input, masksInput }) => masksInput && input === value) ||
      (value.readers === 1 &&
        this.#plan.stages.some(
          ({ shaped, inputs }) => inputs[0] === value && this.#pools.has(shaped.node.name),
        ))
    );
  }

  #stage(stage: Stage, adds: (value: Value) => boolean, forward: boolean): Emitted[] {
    const { shaped, inputs, output } = stage;
    const { node } = shaped;
    const layer = this.#layers.get(node.name);
    if (layer !== undefined) return this.#linear(stage, layer, adds, forward);
    if (node.kind === 'add') return inputs.flatMap((from, i) => this.#copy(from, output, i, adds, forward));
    const from = inputs[0] as Value;
    const norm = this.#norms.get(node.name);
    if (!forward && from.delta < 0 && norm === undefined) return [];
    const fields = {
      x: from.offset,
      y: output.offset,
      dx: from.delta,
      dy: output.delta,
      features: output.features,
      flags: !forward && from.delta >= 0 && adds(from) ? FLAGS.adds : 0,
    };
    if (norm !== undefined) {
      const all = fields.flags | (output.rectified ? FLAGS.rectifies : 0);
      return [{ record: { kind: 'batchNorm', fields: { ...fields, ...norm.fields, flags: all } } }];
    }
    const pool = this.#pools.get(node.name);
    if (pool !== undefined) {
      const averages = node.kind === 'averagePool2d' || node.kind === 'globalAveragePool' ? 1 : 0;
      const masks = from.rectified && this.#isMasked(from) ? FLAGS.masksInput : 0;
      const more = {
        inputs: from.framedDelta?.features ?? from.features,
        averages,
        flags: fields.flags | masks,
      };
      return [{ record: { kind: 'pool', fields: { ...fields, ...pool, ...more } } }];
    }
    if (node.kind === 'activation') {
      const more = { first: ACTIVATIONS[node.activation], scale: node.slope };
      return [{ record: { kind: 'activation', fields: { ...fields, ...more } } }];
    }
    if (node.kind === 'dropout') {
      return [
        {
          record: { kind: 'dropout', fields: { ...fields, scale: 1 / (1 - node.rate) } },
          dropout: node.name,
        },
      ];
    }
    throw new TypeError(`${node.name}: there is no operation for ${node.kind}.`);
  }

  #copy(from: Value, to: Value, index: number, adds: (value: Value) => boolean, forward: boolean): Emitted[] {
    if (!forward && from.delta < 0) return [];
    const flags = (forward ? index > 0 : adds(from)) ? FLAGS.adds : 0;
    const fields = { x: from.offset, y: to.offset, dx: from.delta, dy: to.delta };
    return [{ record: { kind: 'copy', fields: { ...fields, features: to.features, flags } } }];
  }

  #linear(stage: Stage, layer: LinearLayer, adds: (value: Value) => boolean, forward: boolean): Emitted[] {
    const { inputs, padded, bordered, output } = stage;
    const from = inputs[0] as Value;
    const flags = !forward && from.delta >= 0 && adds(from) ? FLAGS.adds : 0;
    const own: Emitted = { record: { kind: 'linear', fields: { flags } }, layer };
    if (forward ? padded === undefined : bordered === undefined) return [own];
    const { sliding, deltas, input, units } = convolutionOf(stage.shaped)!;
    const fields = forward
      ? { x: from.offset, y: padded!.offset, ...frameOf(sliding.paddedSize, sliding.before, input) }
      : {
          dy: output.delta,
          dx: bordered!,
          ...frameOf(deltas.size, deltas.before, [...sliding.output, units]),
        };
    return [{ record: { kind: 'pad', fields } }, own];
  }
}

/** An image of [height, width, channels] in a border of zeros. */
function frameOf(
  size: Pair,
  before: Pair,
  [height, width, channels]: readonly [number, number, number],
): Fields {
  const paddedRow = size[1] * channels;
  return {
    height,
    row: width * channels,
    paddedRow,
    before: before[0] * paddedRow + before[1] * channels,
    paddedFeatures: size[0] * paddedRow,
  };
}

/** Where pixels of a pool's input lie in the gradient by it, which has a border. */
function framedTo({ first, row }: Framed, { inputShapes }: ShapedNode, sources: Uint32Array): Uint32Array {
  const [, width, channels] = inputShapes[0] as readonly [number, number, number];
  const own = width * channels;
  return sources.map((source) => first + Math.floor(source / own) * row + (source % own));
}

function poolOf({ node, inputShapes }: ShapedNode) {
  const image = inputShapes[0] as readonly [number, number, number];
  if (node.kind === 'maxPool2d' || node.kind === 'averagePool2d') {
    return poolSources(image, node.poolSize, node.strides, node.padding);
  }
  if (node.kind === 'globalMaxPool' || node.kind === 'globalAveragePool') {
    return poolSources(image, [image[0], image[1]], [1, 1], 'valid');
  }
  return undefined;
}
