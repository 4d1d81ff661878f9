import './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { runApp } from './lib/run-app.mjs';

// `npm run demo`: installs and builds if needed, then plays six releases on a separate Alloy.
await runApp('demo');
