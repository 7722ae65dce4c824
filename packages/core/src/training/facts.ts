import type { LayerUpdateFacts, TopologyUpdateEvent } from '../contract.js';
import { sum } from '../numbers/index.js';
import type { LayerPlan, UpdatePlan } from '../update/index.js';

/** The event that tells of a committed update. */
export function updateEvent(plan: UpdatePlan, positions: boolean): TopologyUpdateEvent {
  const layers = plan.layers.map((layer) => layerFacts(layer, positions));
  const { clock, dropFraction, budget } = plan;
  return {
    type: 'topology:update',
    step: clock.step,
    epoch: clock.epoch,
    updateIndex: clock.updateIndex,
    dropFraction,
    budget,
    pruned: sum(layers.map(({ pruned }) => pruned)),
    grown: sum(layers.map(({ grown }) => grown)),
    returned: sum(layers.map(({ returned }) => returned)),
    layers,
  };
}

function layerFacts(plan: LayerPlan, positions: boolean): LayerUpdateFacts {
  return {
    name: plan.layer.name,
    pruned: plan.pruned.length,
    grown: plan.grown.length,
    returned: plan.returned.length,
    nonZerosBefore: plan.nonZerosBefore,
    nonZerosAfter: plan.nonZerosAfter,
    ...(positions ? { positions: { pruned: [...plan.pruned], grown: [...plan.grown] } } : {}),
  };
}
