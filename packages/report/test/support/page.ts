import { parseHTML } from 'linkedom';

/** A page as a browser's tree. */
export function parsePage(page: string) {
  return parseHTML(page).document;
}

/** The texts of a table that has this caption, row by row, its head first. */
export function tableOf(page: string, caption: string | RegExp): string[][] {
  const tables = [...parsePage(page).querySelectorAll('table')];
  const matches = (text: string) => (typeof caption === 'string' ? text === caption : caption.test(text));
  const found = tables.find((table) => matches(table.querySelector('caption')?.textContent ?? ''));
  if (found === undefined) throw new Error(`no table is called ${caption}`);
  return [...found.querySelectorAll('tr')].map((row) =>
    [...row.querySelectorAll('th, td')].map((cell) => (cell.textContent ?? '').replaceAll('\u00a0', ' ')),
  );
}
