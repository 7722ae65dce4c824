// Puts the code of examples into the documents that show them. A document marks a block by
// `<!-- example: FILE -->` or `<!-- example: FILE#REGION -->` on the line before it; FILE holds
// `// #region REGION` ... `// #endregion`. With --check nothing is written and stale documents are named.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const BLOCK = /^<!-- example: (\S+?)(?:#(\S+))? -->\n```ts\n[\s\S]*?^```$/gm;

let stale = 0;
for (const document of documents()) {
  const text = readFileSync(document, 'utf8');
  const fresh = text.replace(BLOCK, (_, file, region) => {
    const name = region === undefined ? file : `${file}#${region}`;
    return `<!-- example: ${name} -->\n\`\`\`ts\n${code(file, region)}\`\`\``;
  });
  if (fresh === text) continue;
  stale++;
  if (check) console.error(`${document} shows other code than its examples; run pnpm docs:examples`);
  else writeFileSync(document, fresh);
}
process.exitCode = check && stale > 0 ? 1 : 0;

function documents() {
  const folders = ['.', 'docs', 'docs/decisions', ...subfolders('packages'), ...subfolders('plugins')];
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(root, folder, name)),
  );
}

function subfolders(folder) {
  return readdirSync(join(root, folder)).map((name) => join(folder, name));
}

function code(file, region) {
  const text = readFileSync(`${root}/${file}`, 'utf8');
  if (region === undefined) return text;
  const begin = text.indexOf(`// #region ${region}\n`);
  const end = text.indexOf('// #endregion', begin);
  if (begin < 0 || end < 0) throw new Error(`${file} has no region "${region}".`);
  return text.slice(text.indexOf('\n', begin) + 1, end);
}
