import type { Colour } from './raster.js';

/** Opaque blue and orange that stand out on white and on black, and differ for the colour-blind. */
export const BLUE = [43, 127, 214] as const;
/** See {@link BLUE}. */
export const ORANGE = [226, 106, 20] as const;

/** Steps of a ramp: more can't be told apart. */
export const RAMP_STEPS = 48;

/** From nothing to a colour: transparent where there is nothing, so that it fits light and dark pages. */
export function ramp([red, green, blue]: readonly [number, number, number]): Colour[] {
  return Array.from({ length: RAMP_STEPS }, (_, i) => [
    red,
    green,
    blue,
    // Not 255: the encoder leaves fully opaque colours out of the list of opacities, and so shifts all after them.
    Math.round((254 * i) / (RAMP_STEPS - 1)),
  ]);
}

/** The step of a ramp for a share in [0, 1]; everything above 0 is visible. */
export function rampStep(share: number): number {
  return share > 0 ? Math.max(3, Math.round(Math.min(1, share) * (RAMP_STEPS - 1))) : 0;
}
