import { readdirSync } from 'node:fs';
import { describePlugin } from '@espalier/conformance';
import type { Plugin } from '@espalier/core';

// One strategy for every slot: what the guide teaches keeps the contract, and the kit accepts what keeps it.
const folder = new URL('../examples/src/strategies/', import.meta.url);
for (const file of readdirSync(folder)) {
  const { default: plugin } = (await import(new URL(file, folder).href)) as { readonly default: Plugin };
  describePlugin(plugin);
}
