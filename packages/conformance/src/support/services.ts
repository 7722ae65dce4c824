import { LOGGER, type Registry, RUN_FACTS, type RunFacts } from '@espalier/core';

/** Supplies what strategies may ask for, unless a plugin brings its own. */
export function provideServices(registry: Registry, facts: RunFacts): void {
  registry.provide(LOGGER, () => ({ info: () => {}, warn: () => {} }));
  registry.provide(RUN_FACTS, () => facts);
}
