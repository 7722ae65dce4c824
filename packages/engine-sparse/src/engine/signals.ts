import type { Signal } from '@espalier/core';

/** What the engine can supply; a momentum off the mask would take as much memory as dense weights. */
export const SIGNALS: ReadonlySet<Signal> = new Set<Signal>(['gradient', 'momentum', 'factors']);
