import { apportion, type Redistributor, reserveFloors, strategy, sum } from '@espalier/core';

/** Every layer regrows what it lost, so that its density stays. */
export const identity = strategy(
  'redistribute',
  'identity',
  {},
  {
    useFactory: (): Redistributor => ({
      distribute(sites, total, context) {
        const removed = sum(sites.map((site) => site.removed));
        // Where nothing was pruned there are no losses to restore: layers grow as they are populated.
        const weigh = sites.map((site) => (removed > 0 ? site.removed : site.layer.active.length));
        const all = Math.max(1, sum(weigh));
        const targets = weigh.map((n) => (total === removed ? n : (n * total) / all));
        const rooms = sites.map(({ room }) => room);
        const spilled = sum(targets.map((target, i) => Math.max(0, Math.floor(target) - rooms[i]!)));
        if (spilled > 0) {
          context.report('redistribution-spilled', {
            message: `${spilled} weights found no room in the layers that lost them and went to others`,
          });
        }
        return apportion(targets, total, { floors: reserveFloors(sites, total).counts, caps: rooms });
      },
    }),
  },
  {
    summary:
      'Every layer regrows what it lost; in proportion to that where the budget moves, up to its room and no less than its floor.',
  },
);
