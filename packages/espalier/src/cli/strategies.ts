import { EspalierError, suggest } from '@espalier/core';
import { everyPlugin } from '../plugins/every-plugin.js';
import { colors } from './layout/colors.js';
import { describeEntry } from './strategies/describe-entry.js';
import { listEntries } from './strategies/entries.js';
import { withEngine } from './strategies/on-engine.js';
import { SLOTS } from './strategies/slots.js';

/** What the command line of `espalier strategies` gives. */
export interface StrategiesFlags {
  readonly slot?: readonly string[];
  readonly plugin?: readonly string[];
  /** Says of everything whether this engine can run it. */
  readonly engine?: string;
  readonly json?: boolean;
}

/**
 * `espalier strategies`: everything that a recipe can be made of.
 * @returns the exit code
 * @throws EspalierError ESPALIER_INVALID_OPTION for a slot that does not exist, ESPALIER_UNKNOWN_ENGINE, or where a
 *   plugin can't be loaded
 */
export async function strategies(flags: StrategiesFlags): Promise<number> {
  const slots = Object.keys(SLOTS);
  const unknown = flags.slot?.find((slot) => !slots.includes(slot));
  if (unknown !== undefined) {
    throw new EspalierError(
      'ESPALIER_INVALID_OPTION',
      `--slot ${unknown}: there is no such slot.${suggest(unknown, slots)}`,
    );
  }
  const plugins = await everyPlugin(flags.plugin ?? [], [process.cwd()]);
  const wanted = new Set(flags.slot ?? slots);
  const entries = await withEngine(
    listEntries(plugins).filter(({ slot }) => wanted.has(slot)),
    plugins,
    flags.engine,
  );
  if (flags.json) {
    console.log(JSON.stringify(entries, null, 2));
    return 0;
  }
  const sections = Object.entries(SLOTS).flatMap(([slot, meaning]) => {
    const own = entries.filter((each) => each.slot === slot);
    if (!wanted.has(slot)) return [];
    const text = own.length === 0 ? ['  none registered'] : own.map(describeEntry);
    return [[`${colors.bold(slot)}: ${meaning}`, ...text].join('\n\n')];
  });
  console.log(sections.join('\n\n'));
  return 0;
}
