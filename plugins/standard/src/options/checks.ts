/** What is wrong with an option, or undefined. */
export type Complaint = string | undefined;

/** The first of several complaints. */
export function firstOf(...complaints: readonly Complaint[]): Complaint {
  return complaints.find((complaint) => complaint !== undefined);
}

/** Complains of a value outside [0, 1]. */
export function fraction(name: string, value: number): Complaint {
  return value >= 0 && value <= 1 ? undefined : `${name} is ${value}, but must lie in [0, 1].`;
}

/** Complains of a value outside (0, 1]. */
export function positiveFraction(name: string, value: number): Complaint {
  return value > 0 && value <= 1 ? undefined : `${name} is ${value}, but must lie in (0, 1].`;
}

/** Complains of a value that is not an integer of at least 1. */
export function positiveInteger(name: string, value: unknown): Complaint {
  return Number.isInteger(value) && (value as number) >= 1
    ? undefined
    : `${name} is ${JSON.stringify(value)}, but must be a whole number of at least 1.`;
}

/** Complains of a value below 0. */
export function notNegative(name: string, value: number): Complaint {
  return value >= 0 ? undefined : `${name} is ${value}, but must not be negative.`;
}

/** Complains of a value that is none of some words. */
export function oneOf(name: string, value: string, known: readonly string[]): Complaint {
  return known.includes(value) ? undefined : `${name} is "${value}", but must be one of ${known.join(', ')}.`;
}
