/** How many colours the style sheet has; after them they come round again, with other dashes. */
const COLOURS = 8;

const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '12 4', '4 2 1 2'];

/** A series' colour, defined by the style sheet for light, dark and print. */
export function colourOf(index: number): string {
  return `var(--series-${(index % COLOURS) + 1})`;
}

/** The colour of a bar's part, of which there are up to four; none of them stands for a series. */
export function partColourOf(index: number): string {
  return `var(--part-${index + 1})`;
}

/** A series' dashes: lines are told apart without colour too. */
export function dashesOf(index: number): string {
  return DASHES[index % DASHES.length]!;
}
