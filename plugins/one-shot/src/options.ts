/** Complains of an option that is not a whole number of at least 1. */
export function positiveInteger(name: string, value: number): string | undefined {
  return Number.isInteger(value) && value >= 1
    ? undefined
    : `${name} is ${value}, but must be a whole number of at least 1.`;
}

/** Complains of an option that is not above 0. */
export function positive(name: string, value: number): string | undefined {
  return value > 0 ? undefined : `${name} is ${value}, but must be above 0.`;
}
