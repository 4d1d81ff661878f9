import './lib/exit-code.mjs';
import './lib/runtime.mjs';
import { runApp } from './lib/run-app.mjs';

// `npm start`: installs and builds if needed, then runs Alloy until Ctrl-C.
await runApp('start');
