// Preloaded into a service by `node --require`: writes which files it has loaded, when it exits, to the file that
// LOADED_MODULES names.
const { writeFileSync } = require('node:fs');
const Module = require('node:module');

process.on('exit', () => writeFileSync(process.env.LOADED_MODULES, JSON.stringify(Object.keys(Module._cache))));
