import {
  createRandomSource,
  LOGGER,
  type Logger,
  RANDOM_SOURCE,
  type Registry,
  RUN_FACTS,
  type RunFacts,
  type ServiceDefinition,
  START_PLANNER,
  startPlanner,
  UPDATE_PLANNER,
  updatePlanner,
} from '@espalier/core';

/** What a configuration from code says of services. */
export interface ServiceParts {
  readonly logger?: Logger;
  // biome-ignore lint/suspicious/noExplicitAny: a list of services of different types.
  readonly services: readonly ServiceDefinition<any>[];
}

// Standard output belongs to results.
const consoleLogger: Logger = {
  info: (message) => console.error(message),
  warn: (message) => console.error(message),
};

/** Supplies core's own services, unless a plugin or the configuration brings another. */
export function provideServices(registry: Registry, parts: ServiceParts, facts: RunFacts): void {
  registry.provide(LOGGER, () => parts.logger ?? consoleLogger);
  registry.provide(RANDOM_SOURCE, () => createRandomSource(facts.seed));
  registry.provide(START_PLANNER, () => startPlanner);
  registry.provide(UPDATE_PLANNER, () => updatePlanner);
  registry.provide(RUN_FACTS, () => facts);
  for (const definition of parts.services) registry.replaceService(definition);
}
