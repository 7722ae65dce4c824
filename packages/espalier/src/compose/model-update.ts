import type { Engine, NamedObserver } from '@espalier/core';

/** An engine that trains a copy of the model it was given. */
interface Converting {
  updateModel(): void;
}

/**
 * Lets a model of the user's have the trained weights when a run ends, where its engine trains a copy of it. First of
 * all observers, so that whoever hears of the end finds them there.
 */
export function modelUpdate(engine: Engine): NamedObserver[] {
  if (!converts(engine)) return [];
  const observer: NamedObserver['observer'] = {
    observe(event) {
      if (event.type === 'run:end') engine.updateModel();
    },
    // A run that failed has no such event.
    close: () => engine.updateModel(),
  };
  return [{ name: 'model', observer }];
}

function converts(engine: Engine): engine is Engine & Converting {
  return typeof (engine as Partial<Converting>).updateModel === 'function';
}
