import type { Plugin } from '@espalier/core';

/** A plugin of ours: loaded when one of its names is first used. */
export interface FirstPartyPlugin {
  readonly name: string;
  /** Methods that it brings. */
  readonly methods: readonly string[];
  /** Strategies that it brings, as `slot/name`; `always` for the plugin that every recipe builds on. */
  readonly strategies: readonly string[] | 'always';
  /** Plugins of ours whose strategies its methods name. Default none but the one that is always there. */
  readonly needs?: readonly string[];
  load(): Promise<Plugin>;
}

const exported = async (module: Promise<{ readonly default: Plugin }>) => (await module).default;

/** Every plugin of ours. A test compares the names with what the plugins register. */
export const FIRST_PARTY: readonly FirstPartyPlugin[] = [
  {
    name: '@espalier/plugin-standard',
    methods: ['dense', 'static'],
    strategies: 'always',
    load: () => exported(import('@espalier/plugin-standard')),
  },
  {
    name: '@espalier/plugin-set',
    methods: ['set', 'set/paper'],
    strategies: [],
    load: () => exported(import('@espalier/plugin-set')),
  },
  {
    name: '@espalier/plugin-rigl',
    methods: ['rigl', 'rigl/paper', 'rigl/google-research'],
    strategies: ['prune/noisy-magnitude'],
    load: () => exported(import('@espalier/plugin-rigl')),
  },
  {
    name: '@espalier/plugin-ggr',
    methods: ['ggr'],
    strategies: [],
    load: () => exported(import('@espalier/plugin-ggr')),
  },
  {
    name: '@espalier/plugin-dsr',
    methods: ['dsr', 'dsr/paper'],
    strategies: ['pruneQuota/adaptive-threshold', 'trigger/interval-stages'],
    load: () => exported(import('@espalier/plugin-dsr')),
  },
  {
    name: '@espalier/plugin-snfs',
    methods: ['snfs'],
    strategies: ['regrow/momentum', 'pruneQuota/momentum-rate'],
    load: () => exported(import('@espalier/plugin-snfs')),
  },
  {
    name: '@espalier/plugin-itop',
    methods: ['rigl-itop', 'set-itop'],
    strategies: [],
    load: () => exported(import('@espalier/plugin-itop')),
  },
  {
    name: '@espalier/plugin-mest',
    methods: ['mest', 'mest-em-s', 'mest/paper'],
    strategies: ['drop/mutation', 'densitySchedule/soft-bound', 'pruneQuota/to-target'],
    load: () => exported(import('@espalier/plugin-mest')),
  },
  {
    name: '@espalier/plugin-gmp',
    methods: ['gmp'],
    strategies: [],
    load: () => exported(import('@espalier/plugin-gmp')),
  },
  {
    name: '@espalier/plugin-granet',
    methods: ['granet', 'granet/paper'],
    strategies: [],
    load: () => exported(import('@espalier/plugin-granet')),
  },
  {
    name: '@espalier/plugin-dst-ee',
    methods: ['dst-ee'],
    strategies: ['regrow/exploration'],
    load: () => exported(import('@espalier/plugin-dst-ee')),
  },
  {
    name: '@espalier/plugin-structures',
    methods: [],
    strategies: [
      'structure/n-m',
      'structure/block',
      'structure/channel',
      'structure/constant-fan-in',
      'redistribute/allocated',
    ],
    load: () => exported(import('@espalier/plugin-structures')),
  },
  {
    name: '@espalier/plugin-srigl',
    methods: ['srigl'],
    strategies: [],
    needs: ['@espalier/plugin-structures'],
    load: () => exported(import('@espalier/plugin-srigl')),
  },
  {
    name: '@espalier/plugin-metrics',
    methods: [],
    strategies: [
      'observe/flops',
      'observe/exploration',
      'observe/mask-change',
      'observe/dead-units',
      'observe/gradient-flow',
      'observe/density',
      'observe/drift',
    ],
    load: () => exported(import('@espalier/plugin-metrics')),
  },
  {
    name: '@espalier/plugin-one-shot',
    methods: ['snip', 'grasp', 'synflow', 'lamp', 'global-magnitude'],
    strategies: [
      'allocate/snip',
      'topology/snip',
      'allocate/grasp',
      'topology/grasp',
      'allocate/synflow',
      'topology/synflow',
      'allocate/lamp',
      'topology/lamp',
      'allocate/global-magnitude',
      'topology/global-magnitude',
      'weights/as-scored',
    ],
    load: () => exported(import('@espalier/plugin-one-shot')),
  },
  {
    name: '@espalier/plugin-gse',
    methods: ['gse'],
    strategies: ['regrow/sampled-gradient', 'redistribute/sampled-rank'],
    load: () => exported(import('@espalier/plugin-gse')),
  },
  {
    name: '@espalier/plugin-deepr',
    methods: ['deepr'],
    strategies: ['weights/signed', 'prune/sign-agreement', 'hook/drift', 'redistribute/categorical'],
    load: () => exported(import('@espalier/plugin-deepr')),
  },
  {
    name: '@espalier/plugin-latent',
    methods: ['top-kast', 'magnitude-ste', 'sr-ste'],
    strategies: [
      'backward/all',
      'backward/strongest',
      'topology/largest',
      'regrow/stored',
      'grownValue/stored',
    ],
    needs: ['@espalier/plugin-structures'],
    load: () => exported(import('@espalier/plugin-latent')),
  },
  {
    name: '@espalier/plugin-cht',
    methods: ['cht', 'chts'],
    strategies: [
      'regrow/cannistraci-hebb',
      'prune/chain-magnitude',
      'pruneQuota/until-overlap',
      'topology/small-world',
      'topology/correlated',
    ],
    load: () => exported(import('@espalier/plugin-cht')),
  },
];

/** Whether a plugin of that name is one of ours. */
export function isFirstParty(name: string): boolean {
  return FIRST_PARTY.some((plugin) => plugin.name === name);
}
