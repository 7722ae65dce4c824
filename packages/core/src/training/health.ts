import type { EngineLayer, LayerShape, Positions, WarningEvent } from '../contract.js';
import { sum } from '../numbers/index.js';
import type { UpdatePlan } from '../update/index.js';

const FEW_UPDATES = 20;

/** Notices what often goes wrong in sparse training, and says each thing once per layer. */
export class HealthWatch {
  readonly #floors: readonly number[];
  readonly #said = new Set<string>();

  constructor(floors: readonly number[]) {
    this.#floors = floors;
  }

  /**
   * @param updates - topology updates that the run will have
   * @param expected - whether the recipe has a trigger that is meant to fire
   */
  atStart(updates: number, expected: boolean): WarningEvent[] {
    if (!expected || updates >= FEW_UPDATES) return [];
    return [
      {
        type: 'warning',
        step: 0,
        kind: 'few-updates',
        message: `This run has ${updates === 0 ? 'no' : `only ${updates}`} topology update${updates === 1 ? '' : 's'}; below ${FEW_UPDATES} the starting topology is hardly forgotten. Train longer, or shorten updateInterval.`,
        facts: { updates },
      },
    ];
  }

  /** @param layers - the sparse layers, after the update */
  afterUpdate(plan: UpdatePlan, layers: readonly Pick<EngineLayer, 'active'>[]): WarningEvent[] {
    const warnings: WarningEvent[] = [];
    const say = (kind: string, layer: LayerShape, message: string, facts: WarningEvent['facts']) => {
      if (this.#said.has(`${kind}/${layer.name}`)) return;
      this.#said.add(`${kind}/${layer.name}`);
      warnings.push({
        type: 'warning',
        step: plan.clock.step,
        kind,
        message,
        facts: { layer: layer.name, ...facts },
      });
    };
    const total = sum(plan.layers.map(({ nonZerosAfter }) => nonZerosAfter));
    if (total < plan.budget && !this.#said.has('below-budget')) {
      this.#said.add('below-budget');
      warnings.push({
        type: 'warning',
        step: plan.clock.step,
        kind: 'below-budget',
        message: `The structure leaves ${plan.budget - total} of the budget's ${plan.budget} weights without a place.`,
        facts: { budget: plan.budget, nonZeros: total },
      });
    }
    for (const [i, { layer, nonZerosAfter }] of plan.layers.entries()) {
      const floor = this.#floors[i]!;
      if (nonZerosAfter === floor && floor < layer.size) {
        say('layer-at-floor', layer, `Layer "${layer.name}" has shrunk to its floor of ${floor} weights.`, {
          floor,
        });
      }
      const dead = deadUnits(layer, layers[i]!.active);
      if (dead > 0) {
        say(
          'dead-units',
          layer,
          `${dead} of ${layer.units} units of layer "${layer.name}" have no input left.`,
          {
            units: dead,
          },
        );
      }
    }
    return warnings;
  }
}

function deadUnits(layer: LayerShape, active: Positions): number {
  const alive = new Uint8Array(layer.units);
  for (let i = 0; i < active.length; i++) alive[layer.unitOf(active[i]!)] = 1;
  return alive.reduce((dead, mark) => dead - mark, layer.units);
}
