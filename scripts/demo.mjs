import './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { runApp } from './lib/run-app.mjs';

// `npm run demo`: installs and builds if needed, then plays six releases with an Alloy of its own.
await runApp('demo');
