import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const LINK = /\s(?:href|src)="([^"]*)"/g;
const ANCHOR = /\s(?:id|name)="([^"]+)"/g;

/** Finds the links between a folder's pages that lead to no file, or to no anchor of one. */
export function deadLinks(folder) {
  const pages = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.html'))
    .map((name) => join(folder, name));
  const anchors = new Map(pages.map((page) => [page, undefined]));
  const anchorsOf = (page) => {
    let found = anchors.get(page);
    if (found === undefined) {
      found = new Set([...readFileSync(page, 'utf8').matchAll(ANCHOR)].map(([, id]) => decodeEntities(id)));
      anchors.set(page, found);
    }
    return found;
  };
  const dead = [];
  let links = 0;
  for (const page of pages) {
    const targets = new Set(
      [...readFileSync(page, 'utf8').matchAll(LINK)].map(([, target]) => decodeEntities(target)),
    );
    for (const link of targets) {
      if (/^([a-z]+:|\/\/)/.test(link)) continue;
      links++;
      const [path, anchor] = link.split('#');
      const file = path === '' ? page : resolve(dirname(page), decodeURI(path.split('?')[0]));
      const alive =
        existsSync(file) &&
        (!anchor || !anchors.has(file) || anchorsOf(file).has(decodeURIComponent(anchor)));
      if (!alive) dead.push({ page: relative(folder, page), link });
    }
  }
  return { pages: pages.length, links, dead };
}

function decodeEntities(text) {
  return text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
}
