import { describeDiagnosis } from './doctor/describe-diagnosis.js';
import { diagnose } from './doctor/diagnose.js';

/** What the command line of `espalier doctor` gives. */
export interface DoctorFlags {
  readonly json?: boolean;
}

/**
 * `espalier doctor`: what can train here.
 * @returns the exit code: 1 where nothing can
 */
export async function doctor(flags: DoctorFlags): Promise<number> {
  const diagnosis = await diagnose();
  console.log(flags.json ? JSON.stringify(diagnosis, null, 2) : describeDiagnosis(diagnosis));
  return diagnosis.engines.some(({ works }) => works) ? 0 : 1;
}
