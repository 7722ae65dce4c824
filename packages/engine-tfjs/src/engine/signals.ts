import type { Signal } from '@espalier/core';

/** What the engine can supply. Momentum off the mask is not trained, so there is no `denseMomentum`. */
export const SIGNALS: ReadonlySet<Signal> = new Set<Signal>(['gradient', 'momentum']);
