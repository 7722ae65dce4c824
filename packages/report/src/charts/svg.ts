import { html, type Markup } from '../html/markup.js';

/** What a picture says to those who can't see it. */
export interface PictureText {
  readonly title: string;
  readonly description: string;
}

/** An SVG picture that scales with its column. @param width - of its own coordinates, as is `height` */
export function svg(
  { title, description }: PictureText,
  width: number,
  height: number,
  content: Markup,
  className = 'picture',
): Markup {
  return html`<svg class="${className}" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title>${title}</title><desc>${description}</desc>${content}</svg>`;
}
