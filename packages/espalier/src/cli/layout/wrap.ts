const WIDTH = 80;

/**
 * Breaks text into lines that fit a terminal of 80 columns.
 * @param indent - columns left free before every line
 */
export function wrap(text: string, indent = 0): string {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(margin + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, margin + line].join('\n');
}

/**
 * A term and what is said of it, in two columns; on two lines where the term is too long.
 * @param indent - columns left free before the term
 * @param column - where the text begins
 */
export function entry(term: string, text: string, indent: number, column: number): string {
  if (text === '') return ' '.repeat(indent) + term;
  const body = wrap(text, column);
  const head = ' '.repeat(indent) + term;
  return head.length + 2 > column ? `${head}\n${body}` : head.padEnd(column) + body.slice(column);
}
