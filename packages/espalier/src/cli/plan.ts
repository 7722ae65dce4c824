import { resolveParts } from '../compose/parts.js';
import type { ConfigFlags } from './config-flags.js';
import { configure } from './configure.js';
import { describePlan } from './plan/describe-plan.js';
import { planRun } from './plan/plan-run.js';

/** What the command line of `espalier plan` gives. */
export interface PlanFlags extends ConfigFlags {
  readonly json?: boolean;
}

/**
 * `espalier plan`: what a run would do.
 * @returns the exit code
 */
export async function plan(file: string | undefined, flags: PlanFlags): Promise<number> {
  const { config, code } = await configure(file, flags);
  const planned = await planRun(await resolveParts(config, code));
  console.log(flags.json ? JSON.stringify(planned, null, 2) : describePlan(planned));
  return 0;
}
