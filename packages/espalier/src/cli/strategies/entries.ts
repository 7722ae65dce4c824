import type { About, Json, Options, Plugin, Signal, Slot } from '@espalier/core';

/** A strategy or method, as it is listed. */
export interface Entry {
  readonly slot: 'method' | Slot;
  readonly name: string;
  /** The package it comes from. */
  readonly plugin: string;
  readonly summary: string;
  readonly options: readonly OptionEntry[];
  readonly paper?: string;
  /** Signals that it reads; where an engine was named. */
  readonly needs?: readonly Signal[];
  /** Whether the engine that was named supplies them. */
  readonly on?: {
    readonly engine: string;
    readonly runs: boolean;
    readonly missing: readonly Signal[];
    /** What a configuration has to say for the engine to supply what is missing, where that is all it takes. */
    readonly with?: string;
  };
}

/** An option of a strategy or method. */
interface OptionEntry {
  readonly name: string;
  readonly default: Json;
  readonly meaning?: string;
}

/** Everything that plugins bring, in the order of registration. */
export function listEntries(plugins: readonly Plugin[]): Entry[] {
  return plugins.flatMap(({ name: plugin, methods = [], strategies = [] }) => [
    ...methods.map(({ name, defaults, about }) => entryOf({ slot: 'method', name, plugin }, defaults, about)),
    ...strategies.map(({ slot, name, defaults, about }) => entryOf({ slot, name, plugin }, defaults, about)),
  ]);
}

function entryOf(
  head: Pick<Entry, 'slot' | 'name' | 'plugin'>,
  defaults: Options,
  { summary, options = {}, paper }: About,
): Entry {
  const listed = Object.entries(defaults).map(([name, value]): OptionEntry => {
    const meaning = options[name];
    return { name, default: value, ...(meaning === undefined ? {} : { meaning }) };
  });
  return { ...head, summary, options: listed, ...(paper === undefined ? {} : { paper }) };
}
