import { BACKENDS } from '@espalier/engine-tfjs';
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

/** Tries everything out. */
export async function diagnose(): Promise<Diagnosis> {
  const [auto, ...others] = ENGINE_NAMES;
  const candidates = others.flatMap((engine): [engine: string, backend?: string][] =>
    engine === 'tfjs' ? BACKENDS.map((backend) => [engine, backend]) : [[engine]],
  );
  const [machine, chosen, ...engines] = await Promise.all([
    machineFacts(),
    probeEngine(auto!),
    ...candidates.map((candidate) => probeEngine(...candidate)),
  ]);
  return { machine, engines, auto: chosen, native: nativePackages(), datasets: checkDatasets() };
}
