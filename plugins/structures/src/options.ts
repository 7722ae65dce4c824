/** What is wrong with an option, or undefined. */
export type Complaint = string | undefined;

/** Complains of values that are not whole numbers of at least 1; the first counts. */
export function positiveIntegers(options: Readonly<Record<string, unknown>>): Complaint {
  for (const [name, value] of Object.entries(options)) {
    if (Number.isInteger(value) && (value as number) >= 1) continue;
    return `${name} is ${JSON.stringify(value)}, but must be a whole number of at least 1.`;
  }
  return undefined;
}

/** Complains of a word that is not known. */
export function oneOf(name: string, value: string, known: readonly string[]): Complaint {
  return known.includes(value) ? undefined : `${name} is "${value}", but must be one of ${known.join(', ')}.`;
}
