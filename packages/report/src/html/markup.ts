/** Text that is HTML already; every other text is escaped where it is put into it. */
export class Markup {
  /** @param text - markup that needs no escaping */
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What can stand in a hole of {@link html}. */
export type Content = Markup | string | number | undefined | readonly Content[];

/** A template that escapes everything put into it but {@link Markup}, in text and in quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...holes: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + render(holes[i - 1]) + part));
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string' || typeof content === 'number') return escapeText(String(content));
  return content.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Control characters are not allowed in HTML; the direction marks could make a name read as another one.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text without what no page should hold. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd');
}

function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
