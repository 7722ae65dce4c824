import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedConfig } from '@espalier/runs';

/** A new directory in `runs/` that says what the run is; numbered where one of that name is there. */
export function defaultDirectory(config: ResolvedConfig): string {
  const density = Number(config.sparsity.density.toPrecision(6));
  const parts = [config.method.use, config.architecture.use, `d${density}`, `seed${config.seed}`];
  const name = parts.join('-').replace(/[^\w.-]+/g, '-');
  for (let i = 1; ; i++) {
    const directory = join('runs', i === 1 ? name : `${name}-${i}`);
    if (!existsSync(directory)) return directory;
  }
}
