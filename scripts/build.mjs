import { succeed } from './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { buildIfNeeded } from './lib/build.mjs';

// `node scripts/build.mjs [app …]`: bundles changed apps into dist/apps/<app>/main.js.
const names = process.argv.slice(2);
try {
  const built = await buildIfNeeded(names.length > 0 ? names : undefined);
  console.log(built.length > 0 ? `built ${built.join(', ')}` : 'nothing to build');
  succeed();
} catch (error) {
  // esbuild has already printed the error.
  if (!error.errors) console.error(error);
}
