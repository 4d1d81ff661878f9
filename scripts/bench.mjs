import './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded, buildInto } from './lib/build.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { root } from './lib/root.mjs';

// `npm run bench`: measures the built services against their floors and writes docs/performance.md.
const bench = (...path) => join(root, 'test', 'bench', ...path);
installIfNeeded();
await buildIfNeeded();
await buildInto(join(root, 'dist', 'bench'), [{ in: bench('main.ts'), out: 'main' }, { in: bench('floor', 'empty-service.ts'), out: 'empty-service' }]);
await import(pathToFileURL(join(root, 'dist', 'bench', 'main.js')).href);
