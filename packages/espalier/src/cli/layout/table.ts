import { colors } from './colors.js';

/** How a table's column looks. */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right, which is the default; text at the left. */
  readonly text?: boolean;
}

/** Aligned columns with two spaces between them, under a line of titles. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...rows.map((cells) => cells[i]!.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (columns[i]!.text ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  const titles = line(columns.map(({ title }) => title));
  return [colors.dim(titles), ...rows.map(line)].join('\n');
}
