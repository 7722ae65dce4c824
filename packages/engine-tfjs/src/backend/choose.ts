import { EspalierError, suggest } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { loadBackend } from './load.js';
import { BACKENDS, type BackendName, type BackendReport } from './report.js';

const REMEDIES: Readonly<Record<BackendName, string>> = {
  'node-gpu':
    'Its native library is not built by an ordinary install: run "pnpm native" in a clone of Espalier, or ' +
    'install @tensorflow/tfjs-node-gpu with its build script allowed. It needs CUDA and a graphics card.',
  node:
    'Its native library is not built by an ordinary install: run "pnpm native" in a clone of Espalier, or ' +
    'install @tensorflow/tfjs-node with its build script allowed.',
  wasm: 'Install @tensorflow/tfjs-backend-wasm, or use the backend "cpu".',
  cpu: 'It is part of @tensorflow/tfjs: check the installation.',
};

let chosen: Promise<BackendReport> | undefined;

/**
 * Decides what TensorFlow.js computes on, once per process and before its first tensor: it would otherwise
 * move tensors between backends silently, at the price of a copy each time.
 * @param wanted - one backend, or `auto` (default) for the first of node-gpu, node, wasm, cpu that loads
 * @returns the backend with the reasons why those before it were passed over
 * @throws EspalierError `ESPALIER_BACKEND_UNAVAILABLE` where the wanted one does not load, or another one is in
 * use in this process; `ESPALIER_INVALID_OPTION` for a name that is none of these
 */
export async function chooseBackend(wanted: BackendName | 'auto' = 'auto'): Promise<BackendReport> {
  if (wanted !== 'auto' && !BACKENDS.includes(wanted)) {
    throw new EspalierError(
      'ESPALIER_INVALID_OPTION',
      `The engine tfjs has no backend "${wanted}".${suggest(wanted, ['auto', ...BACKENDS])}`,
    );
  }
  if (chosen) {
    const report = await chosen;
    if (wanted !== 'auto' && wanted !== report.backend) {
      throw new EspalierError(
        'ESPALIER_BACKEND_UNAVAILABLE',
        `The backend "${wanted}" was asked for, but this process computes on "${report.backend}" already, and ` +
          'TensorFlow.js can use one only. Ask for the same backend everywhere, or use a process of its own.',
      );
    }
    return report;
  }
  chosen = firstThatLoads(wanted === 'auto' ? BACKENDS : [wanted]);
  // A failure must not stick: another backend may be asked for afterwards.
  chosen.catch(() => {
    chosen = undefined;
  });
  return chosen;
}

async function firstThatLoads(names: readonly BackendName[]): Promise<BackendReport> {
  tf.env().set('PROD', true);
  const tried: { name: BackendName; reason: string }[] = [];
  let cause: unknown;
  for (const name of names) {
    try {
      await loadBackend(name);
      return { backend: name, tried };
    } catch (error) {
      cause = error;
      tried.push({ name, reason: firstLine(error) });
    }
  }
  const { name, reason } = tried.at(-1)!;
  throw new EspalierError(
    'ESPALIER_BACKEND_UNAVAILABLE',
    `The backend "${name}" of TensorFlow.js does not load: ${reason}. ${REMEDIES[name]}`,
    { cause },
  );
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .trim()
    .split('\n')[0]!
    .replace(/ at path: .*$/, '')
    .replace(/[.:]\s*$/, '');
}
