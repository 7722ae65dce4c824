import type { Slot } from '@espalier/core';

/** What each slot of a recipe decides, in the order in which a run comes to it. */
export const SLOTS: Readonly<Record<'method' | Slot, string>> = {
  method: 'a choice for every slot',
  allocate: 'how many weights each layer starts with',
  topology: 'where they are',
  weights: 'their values',
  trigger: 'when topology updates happen',
  drop: 'which share of the active weights an update moves',
  densitySchedule: 'the density of the whole over time',
  prune: 'which weights leave first',
  pruneQuota: 'how many leave where',
  redistribute: 'how many each layer regrows',
  regrow: 'where they regrow',
  grownValue: 'the value that regrown weights start from',
  hook: 'what happens to the weights after every optimizer step',
  structure: 'what every layer’s topology obeys',
  backward: 'which inactive weights keep a value and are trained too',
  observe: 'what is measured besides',
};
