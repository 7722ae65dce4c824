// Packs every package and holds the tarballs against what their users need: publint, types that resolve under
// ESM, and a composition that runs with plain npm in an empty folder outside of this workspace.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'espalier-packages-'));
try {
  build();
  const tarballs = packAll();
  for (const { name, path } of tarballs) checkTypes(name, path);
  runOutside(tarballs);
  console.log(`${tarballs.length} packages are in order.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function packAll() {
  const filters = ['--filter', './packages/*', '--filter', './plugins/*'];
  pnpm([...filters, '-r', 'exec', 'publint', '--strict'], root, 'inherit');
  pnpm([...filters, '-r', 'exec', 'pnpm', 'pack', '--pack-destination', folder], root);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.tgz'))
    .map((file) => ({ name: file.replace(/-\d.*$/, ''), path: join(folder, file) }));
}

function checkTypes(name, path) {
  const kilobytes = (statSync(path).size / 1024).toFixed(0);
  pnpm(['exec', 'attw', path, '--profile', 'esm-only'], root);
  console.log(`${name}: ${kilobytes} kB, types resolve`);
}

/** What a user does who has Node and npm and nothing of ours but the published packages. */
function runOutside(tarballs) {
  const home = join(folder, 'outside');
  cpSync(join(root, 'examples/dist/compose.js'), join(home, 'compose.js'));
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const install = [
    'install',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...tarballs.map(({ path }) => path),
    'rxjs@7',
  ];
  execFileSync('npm', install, { cwd: home, stdio: 'inherit' });
  const accuracy = Number(run(['compose.js'], home).trim().split('\n').at(-1));
  if (!(accuracy > 0.5)) throw new Error(`The composition reached an accuracy of ${accuracy} only.`);
  const help = run(['node_modules/espalier/bin/espalier.js', '--help'], home);
  if (!help.includes('espalier')) throw new Error('The installed command shows no help.');
  console.log(`Outside of the workspace, a composition trained to an accuracy of ${accuracy}.`);
}

function pnpm(args, cwd, stdio = 'pipe') {
  execFileSync('pnpm', args, { cwd, stdio });
}

function run(args, cwd) {
  return execFileSync(process.execPath, args, { cwd, encoding: 'utf8' });
}
