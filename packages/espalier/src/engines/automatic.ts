import type { Network } from '@espalier/core';
import { beatsNative } from './crossover.js';
import type { EngineChoice } from './engines.js';

/** Backends of tfjs alone: who asks for one has chosen the engine. */
const TFJS_ONLY: ReadonlySet<string> = new Set(['node-gpu', 'node', 'cpu']);

/** Backends on which tfjs was slower than the sparse engine at every density: benchmarks/results/engines.json. */
const SLOWER: ReadonlySet<string> = new Set(['wasm', 'wasm-relaxed', 'cpu']);

/**
 * What the engine `auto` tries, in this order: the sparse one first where it can be expected to be faster. Which backend
 * tfjs has is found out by loading it, where it matters only.
 */
export async function automatic(choice: EngineChoice, network: Network): Promise<readonly string[]> {
  const { backend } = choice;
  if (backend !== undefined && TFJS_ONLY.has(backend)) return ['tfjs'];
  const first = (await prefersSparse(choice, network)) ? ['sparse', 'tfjs'] : ['tfjs', 'sparse'];
  return [...first, 'reference'];
}

async function prefersSparse(
  { backend, density = 0, loss }: EngineChoice,
  network: Network,
): Promise<boolean> {
  if (backend !== undefined && SLOWER.has(backend)) return true;
  const { sparseEngine } = await import('@espalier/engine-sparse');
  const factory = sparseEngine();
  if (factory.refuses(network, loss).length > 0) return false;
  if (beatsNative(factory.inspect(network), density)) return true;
  const { chooseBackend } = await import('@espalier/engine-tfjs');
  return SLOWER.has((await chooseBackend()).backend);
}
