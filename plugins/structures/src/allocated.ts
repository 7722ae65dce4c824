import { apportion, type Redistributor, reserveFloors, strategy, sum } from '@espalier/core';

/** Every layer goes back to what the allocator gave it. */
export const allocated = strategy(
  'redistribute',
  'allocated',
  {},
  {
    useFactory: (): Redistributor => ({
      distribute(sites, total, { budget }) {
        const all = sum(sites.map((site) => site.allocated));
        const lacking = sites.map(({ layer, allocated: own }) =>
          Math.max(0, (own * budget) / all - layer.active.length),
        );
        return apportion(lacking, total, {
          floors: reserveFloors(sites, total).counts,
          caps: sites.map(({ room }) => room),
        });
      },
    }),
  },
  {
    summary:
      'Every layer regrows up to what the allocator gave it, in proportion to the present budget; what a structure leaves short does not wander to other layers.',
  },
);
