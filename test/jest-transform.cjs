// Jest's own module registry cannot require() ESM and Nest 12 is ESM-only: this compiles TypeScript and ESM packages to
// CommonJS.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const swc = require('@swc/jest');

const typescript = swc.createTransformer({
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'commonjs' },
});
const esm = swc.createTransformer({ jsc: { target: 'es2022' }, module: { type: 'commonjs' } });

const types = new Map();
function packageType(dir) {
  if (!types.has(dir)) types.set(dir, readPackageType(dir));
  return types.get(dir);
}
function readPackageType(dir) {
  const file = path.join(dir, 'package.json');
  if (fs.existsSync(file)) {
    const { type, name } = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (type) return type;
    if (name) return 'commonjs';
  }
  return path.dirname(dir) === dir ? 'commonjs' : packageType(path.dirname(dir));
}
const isEsm = (file) => file.endsWith('.mjs') || (file.endsWith('.js') && packageType(path.dirname(file)) === 'module');

module.exports = {
  process(source, file, options) {
    if (/\.[cm]?tsx?$/.test(file)) return typescript.process(source, file, options);
    return isEsm(file) ? esm.process(source, file, options) : { code: source };
  },
  getCacheKey(source, file) {
    return createHash('sha1').update(`v1:${file}:${isEsm(file)}`).update(source).digest('hex');
  },
};
