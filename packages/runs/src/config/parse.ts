import { EspalierError } from '@espalier/core';
import type { z } from 'zod';
import { explain } from './explain.js';
import type { ResolvedConfig, RunConfig } from './run-config.js';
import { CONFIG } from './schema.js';
import { spellOut } from './spell-out.js';

/** What a run has where nothing says otherwise. */
const DEFAULT_DENSITY = 0.1;

const KEYS = Object.keys(CONFIG.shape);

/**
 * Checks a configuration and fills in its defaults.
 *
 * @param value - as a run file or an object literal gives it
 * @param source - what error messages call it, such as the file's path
 * @throws EspalierError ESPALIER_INVALID_CONFIG naming every wrong key, what was found and what is allowed;
 * ESPALIER_INVALID_DENSITY
 */
export function parseConfig(value: unknown, source: string): ResolvedConfig {
  const spelled = spellOut(value);
  const result = CONFIG.safeParse(spelled);
  if (!result.success) throw invalid(source, explain(result.error.issues, spelled));
  const { engine, backend, threads, denseState, data, architecture, sparsity, method, ...others } =
    result.data;
  const { seed, optimizer, train, from, plugins, observers, out, ...recipe } = others;
  const placed = {
    backend: backend ?? engine.backend,
    threads: threads ?? engine.threads,
    denseState: denseState ?? engine.denseState,
  };
  for (const key of ['backend', 'threads', 'denseState'] as const) {
    if (engine[key] !== undefined && engine[key] !== placed[key]) {
      throw invalid(source, [`${key} is ${placed[key]} and engine.${key} is ${engine[key]}; give one`]);
    }
  }
  return {
    seed,
    engine: engine.use,
    ...(placed.backend === undefined ? {} : { backend: placed.backend }),
    ...(placed.threads === undefined ? {} : { threads: placed.threads }),
    ...(placed.denseState === undefined ? {} : { denseState: placed.denseState }),
    data,
    architecture,
    sparsity: {
      density: densityOf(sparsity, source),
      keepDense: sparsity.keepDense,
      budgetIncludesDense: sparsity.budgetIncludesDense,
    },
    method,
    recipe,
    optimizer,
    train,
    ...(from === undefined ? {} : { from }),
    plugins,
    observers,
    ...(out === undefined ? {} : { out }),
  };
}

/**
 * The configuration that gives a resolved one again, without its output directory: what `run.yaml` holds.
 */
export function toRunConfig(config: ResolvedConfig): RunConfig {
  const { recipe, out: _, ...others } = config;
  // An engine that was chosen, or a backend that it resolved, must not change where its key stands.
  const entries = Object.entries({ ...others, ...recipe });
  return Object.fromEntries(entries.sort(([a], [b]) => KEYS.indexOf(a) - KEYS.indexOf(b)));
}

function densityOf(sparsity: z.output<typeof CONFIG>['sparsity'], source: string): number {
  const { density, sparsity: share } = sparsity;
  if (density !== undefined && share !== undefined) {
    throw invalid(source, ['sparsity gives both density and sparsity; one is 1 minus the other, give one']);
  }
  if (share !== undefined) {
    if (!(share >= 0 && share < 1)) {
      throw outOfRange(source, `sparsity.sparsity is ${share}, outside [0, 1)`);
    }
    // 1 - 0.9 is 0.09999999999999998, which could round a budget the wrong way.
    return Number((1 - share).toPrecision(12));
  }
  const given = density ?? DEFAULT_DENSITY;
  if (!(given > 0 && given <= 1)) throw outOfRange(source, `sparsity.density is ${given}, outside (0, 1]`);
  return given;
}

function invalid(source: string, problems: readonly string[]): EspalierError {
  const [first, ...rest] = problems;
  const text = rest.length === 0 ? first! : problems.map((problem) => `\n  - ${problem}`).join('');
  return new EspalierError('ESPALIER_INVALID_CONFIG', `${source}: ${text}`);
}

function outOfRange(source: string, what: string): EspalierError {
  return new EspalierError(
    'ESPALIER_INVALID_DENSITY',
    `${source}: ${what}. Density is the share of weights that are active, sparsity is 1 minus density.`,
  );
}
