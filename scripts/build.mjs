import { succeed } from './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { buildIfNeeded } from './lib/build.mjs';

// `node scripts/build.mjs [app …]`: bundles into dist/apps/<app>/main.js what changed.
const names = process.argv.slice(2);
try {
  const built = await buildIfNeeded(names.length > 0 ? names : undefined);
  console.log(built.length > 0 ? `built ${built.join(', ')}` : 'nothing to build');
  succeed();
} catch (error) {
  // esbuild has already said what is wrong, and where.
  if (!error.errors) console.error(error);
}
