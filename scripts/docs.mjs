// Builds the documentation site into docs/site: the guides and every package's API. Warnings fail the build, dead
// links too.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { deadLinks } from './site-links.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const site = `${root}docs/site`;

build(); // packages see each other through their declarations
const typedoc = fileURLToPath(new URL('../bin/typedoc', import.meta.resolve('typedoc')));
const { status } = spawnSync(process.execPath, [typedoc], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const { pages, links, dead } = deadLinks(site);
for (const { page, link } of dead) console.error(`${page} links to ${link}, which is not there`);
console.log(`${pages} pages, ${links} links inside the site, ${dead.length} dead.`);
process.exitCode = dead.length > 0 ? 1 : 0;
