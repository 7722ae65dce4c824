import { BACKENDS as SPARSE_BACKENDS } from '@espalier/engine-sparse';
import { BACKENDS as TFJS_BACKENDS } from '@espalier/engine-tfjs';
import { ENGINE_NAMES } from '../../engines/engines.js';
import { checkDatasets, type DatasetCheck } from './datasets.js';
import { type MachineFacts, machineFacts } from './machine.js';
import { type NativePackage, nativePackages } from './native-packages.js';
import { type EngineCheck, probeEngine } from './probe-engine.js';

/** What a machine has for training. */
export interface Diagnosis {
  readonly machine: MachineFacts;
  readonly engines: readonly EngineCheck[];
  /** What `engine: auto` comes to. */
  readonly auto: EngineCheck;
  readonly native: readonly NativePackage[];
  readonly datasets: readonly DatasetCheck[];
}

/** Of the engines that have several. */
const BACKENDS: Readonly<Record<string, readonly string[]>> = {
  sparse: SPARSE_BACKENDS,
  tfjs: TFJS_BACKENDS,
};

/** Tries everything out. */
export async function diagnose(): Promise<Diagnosis> {
  const [auto, ...others] = ENGINE_NAMES;
  const candidates = others.flatMap((engine): [engine: string, backend?: string][] =>
    engine in BACKENDS ? BACKENDS[engine]!.map((backend) => [engine, backend]) : [[engine]],
  );
  const [machine, chosen, ...engines] = await Promise.all([
    machineFacts(),
    probeEngine(auto!),
    ...candidates.map((candidate) => probeEngine(...candidate)),
  ]);
  return { machine, engines, auto: chosen, native: nativePackages(), datasets: checkDatasets() };
}
