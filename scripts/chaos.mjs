import './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded, buildInto } from './lib/build.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { root } from './lib/root.mjs';

// `npm run chaos [-- --seed N] [-- --releases N]`: kills and freezes Alloy's processes and servers during releases, and
// checks its promises.
installIfNeeded();
await buildIfNeeded();
await buildInto(join(root, 'dist', 'chaos'), [{ in: join(root, 'test', 'chaos', 'main.ts'), out: 'main' }]);
await import(pathToFileURL(join(root, 'dist', 'chaos', 'main.js')).href);
