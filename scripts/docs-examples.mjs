// Puts the code of examples into the documents that show them. A document marks a block by
// `<!-- example: FILE -->` or `<!-- example: FILE#REGION -->` on the line before it; FILE holds
// `// #region REGION` ... `// #endregion`. With --check nothing is written and stale documents are named.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const BLOCK = /^<!-- example: (\S+?)(?:#(\S+))? -->\n```(\w+)\n[\s\S]*?^```$/gm;

let stale = 0;
for (const document of documents()) {
  const text = readFileSync(document, 'utf8');
  const fresh = text.replace(BLOCK, (_, file, region, language) => {
    const name = region === undefined ? file : `${file}#${region}`;
    return `<!-- example: ${name} -->\n\`\`\`${language}\n${code(file, region)}\`\`\``;
  });
  if (fresh === text) continue;
  stale++;
  if (check) console.error(`${document} shows other code than its examples; run pnpm docs:examples`);
  else writeFileSync(document, fresh);
}
process.exitCode = check && stale > 0 ? 1 : 0;

function documents() {
  const folders = ['.', ...['packages', 'plugins'].flatMap(subfolders)];
  return [...folders.flatMap((folder) => markdown(folder)), ...markdown('docs', { recursive: true })];
}

function markdown(folder, options = {}) {
  return readdirSync(join(root, folder), options)
    .filter((name) => name.endsWith('.md') && !name.startsWith('site/'))
    .map((name) => join(root, folder, name));
}

function subfolders(folder) {
  return readdirSync(join(root, folder)).map((name) => join(folder, name));
}

function code(file, region) {
  const text = readFileSync(`${root}/${file}`, 'utf8');
  if (region === undefined) return withoutMarks(text);
  const begin = text.indexOf(`// #region ${region}\n`);
  const end = text.indexOf('// #endregion', begin);
  if (begin < 0 || end < 0) throw new Error(`${file} has no region "${region}".`);
  const lines = text.slice(text.indexOf('\n', begin) + 1, text.lastIndexOf('\n', end) + 1);
  const indent = Math.min(...[...lines.matchAll(/^ *(?=\S)/gm)].map(([spaces]) => spaces.length));
  return withoutMarks(lines.replaceAll(new RegExp(`^ {${indent}}`, 'gm'), ''));
}

function withoutMarks(text) {
  return text.replaceAll(/^ *\/\/ #(?:region .*|endregion)\n/gm, '');
}
