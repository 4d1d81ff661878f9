import { succeed } from './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildIfNeeded } from './lib/build.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { root } from './lib/root.mjs';

// `npm run pack:cli [-- DEST [NAME]]`: packs the command line for `npm publish` or `npm install <file>`: one file of
// code, no dependencies. Prints the path of the .tgz last.
installIfNeeded();
await buildIfNeeded(['cli']);
const dest = resolve(process.argv[2] ?? join(root, 'dist', 'npm'));
const folder = join(dest, 'package');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const { name: own, version, description, license, engines, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const name = process.argv[3] ?? own;
const commands = Object.fromEntries(Object.keys(bin).map((command) => [command, 'alloy.cjs']));
writeFileSync(
  join(folder, 'package.json'),
  `${JSON.stringify({ name, version, description: `${description} The command line.`, license, engines, type: 'commonjs', bin: commands, files: ['alloy.cjs'] }, null, 2)}\n`,
);
const code = readFileSync(join(root, 'dist', 'apps', 'cli', 'main.js'), 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
writeFileSync(join(folder, 'alloy.cjs'), `#!/usr/bin/env node\n${code}`);
chmodSync(join(folder, 'alloy.cjs'), 0o755);
copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
copyFileSync(join(root, 'apps', 'cli', 'package-readme.md'), join(folder, 'README.md'));

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--pack-destination', dest], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }),
);
console.log(join(dest, packed.filename));
succeed();
