import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { root } from './root.mjs';

const dist = join(root, 'dist');
/**
 * Libraries that services load only if they need them: each is a bundle of its own, so that the other bundles neither
 * contain nor load it.
 */
const separate = { opentelemetry: 'libs/opentelemetry/src/index.ts', typeorm: 'node_modules/typeorm/index.js' };
const own = ['scripts/lib/build.mjs', 'package-lock.json', 'tsconfig.base.json'];

/**
 * Bundles the apps and the separate bundles whose inputs changed since their last build; default all. A call without
 * changes takes a few ms.
 */
export async function buildIfNeeded(names = [...allApps(), ...Object.keys(separate)]) {
  const hash = hasher();
  const loaded = new Map();
  const stale = names.filter((name) => !isFresh(name, hash));
  if (stale.length === 0) return [];
  console.log(`building ${stale.join(', ')}`);
  const result = await bundle(
    stale.map((name) => ({ in: join(root, separate[name] ?? `apps/${name}/src/main.ts`), out: `${folderOf(name)}/main` })),
    dist,
    loaded,
    [separateTypeorm()],
  );
  for (const file of result.outputFiles) writeWhole(file.path, file.contents);
  for (const name of stale) {
    const { inputs } = result.metafile.outputs[`dist/${folderOf(name)}/main.js`];
    const files = [...Object.keys(inputs).filter((file) => !file.includes('node_modules') && existsSync(join(root, file))), ...own];
    writeWhole(
      join(dist, folderOf(name), 'inputs.json'),
      JSON.stringify(Object.fromEntries(files.map((file) => [file, loaded.get(file) ?? hash(file)]))),
    );
  }
  return stale;
}

/** Bundles files outside of apps/, such as `{ in: 'test/bench/main.ts', out: 'main' }`, into `outdir`/<out>.js. */
export async function buildInto(outdir, entryPoints) {
  const { outputFiles } = await bundle(entryPoints, outdir, new Map());
  for (const file of outputFiles) writeWhole(file.path, file.contents);
}

async function bundle(entryPoints, outdir, loaded, plugins = []) {
  const { build, stop } = await import('esbuild');
  const { plugins: always, ...rest } = await options(loaded);
  const result = await build({ ...rest, plugins: [...plugins, ...always], outdir, entryPoints }).finally(stop);
  return { ...result, outputFiles: result.outputFiles.map((file) => ({ path: file.path, contents: asciiOf(file) })) };
}

/**
 * One character outside ASCII makes Node keep the text of a whole bundle with two bytes for each character. esbuild
 * leaves such characters in comments and in regular expressions; in both, the escape means the same.
 */
function asciiOf({ path, text, contents }) {
  if (!path.endsWith('.js')) return contents;
  return text.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const folderOf = (name) => (name in separate ? name : `apps/${name}`);

function allApps() {
  return readdirSync(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'src', 'main.ts')));
}

function isFresh(name, hash) {
  const note = join(dist, folderOf(name), 'inputs.json');
  if (!existsSync(note) || !existsSync(join(dist, folderOf(name), 'main.js'))) return false;
  return Object.entries(JSON.parse(readFileSync(note, 'utf8'))).every(([file, before]) => hash(file) === before);
}

const digest = (content) => createHash('sha256').update(content).digest('hex');

function hasher() {
  const known = new Map();
  return (file) => {
    if (!known.has(file)) {
      const path = join(root, file);
      known.set(file, existsSync(path) ? digest(readFileSync(path)) : '');
    }
    return known.get(file);
  };
}

// Writes atomically: a process that starts during the build reads the old bundle or the new one.
function writeWhole(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}`);
  writeFileSync(fresh, contents);
  renameSync(fresh, path);
}

async function options(loaded) {
  return {
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    // For the command line, which runs on the Node of a pipeline; `engines` in package.json has the oldest version.
    target: 'node20',
    format: 'cjs',
    sourcemap: 'linked',
    // V8 keeps the text of a bundle in memory; half of it was comments and indentation. Names and short lines keep
    // stack traces readable.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    // Nest and TypeORM use class names.
    keepNames: true,
    tsconfig: join(root, 'tsconfig.base.json'),
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    loader: { '.sql': 'text', '.node': 'empty' },
    logLevel: 'error',
    plugins: [decoratorMetadata(await import('@swc/core'), loaded), separateBundles(), commonJs(), kubernetesClient(), optionalPeers()],
  };
}

/**
 * esbuild does not emit decorator metadata, which Nest needs for injection: files with decorators are compiled by SWC
 * first. `loaded` gets the digest of the bundled content, because a file may change during the build.
 */
function decoratorMetadata(swc, loaded) {
  return {
    name: 'decorator-metadata',
    setup(build) {
      build.onLoad({ filter: /\/(apps|libs)\/.*\.ts$/ }, async ({ path }) => {
        const source = readFileSync(path, 'utf8');
        loaded.set(relative(root, path), digest(source));
        if (!/^\s*@[A-Z]/m.test(source)) return { contents: source, loader: 'ts' };
        const { code } = await swc.transform(source, {
          filename: path,
          sourceMaps: 'inline',
          jsc: {
            target: 'es2022',
            parser: { syntax: 'typescript', decorators: true },
            transform: { legacyDecorator: true, decoratorMetadata: true },
          },
          module: { type: 'es6' },
        });
        return { contents: code, loader: 'ts' };
      });
    },
  };
}

/** Makes `import('@alloy/opentelemetry')` load dist/opentelemetry/main.js, from any dist/<folder>/<bundle>/main.js. */
function separateBundles() {
  return {
    name: 'separate-bundles',
    setup(build) {
      build.onResolve({ filter: /^@alloy\// }, ({ path, kind }) => {
        const name = path.slice('@alloy/'.length);
        return kind === 'dynamic-import' && name in separate ? { path: `../../${name}/main.js`, external: true } : undefined;
      });
    },
  };
}

/** Loads `typeorm` from dist/typeorm/main.js, since most services never use it. */
function separateTypeorm() {
  return {
    name: 'separate-typeorm',
    setup(build) {
      build.onResolve({ filter: /^typeorm$/ }, () => ({ path: '../../typeorm/main.js', external: true }));
    },
  };
}

/**
 * Resolves OpenTelemetry's packages to CommonJS. Their ES modules load some packages with a `require` that they create,
 * which esbuild cannot follow.
 * It also keeps a second copy of each package out of the bundle.
 */
function commonJs() {
  return {
    name: 'common-js',
    setup(build) {
      build.onResolve({ filter: /^@(opentelemetry|grpc)\// }, ({ path, importer, resolveDir, kind, pluginData }) =>
        kind.startsWith('require') || pluginData === 'asked'
          ? undefined
          : build.resolve(path, { importer, resolveDir, kind: 'require-call', pluginData: 'asked' }),
      );
    },
  };
}

/**
 * Bundles only the part of the Kubernetes client that Alloy uses (docs/adr/0006): its kubeconfig imports the index of
 * all generated files, 700, for two of them, and undici, which Alloy does not use.
 */
function kubernetesClient() {
  return {
    name: 'kubernetes-client',
    setup(build) {
      const namespace = 'kubernetes-client';
      const from = /@kubernetes[\\/]client-node[\\/]dist[\\/]/;
      build.onResolve({ filter: /^(undici|\.\/gen\/index\.js)$/ }, ({ path, importer, resolveDir }) => {
        const isReplaced = from.test(importer) && (path === 'undici' || importer.endsWith('config.js'));
        return isReplaced ? { path, namespace, pluginData: { resolveDir } } : undefined;
      });
      build.onLoad({ filter: /^undici$/, namespace }, () => ({
        contents: 'export const Agent = undefined, ProxyAgent = undefined, fetch = undefined;',
      }));
      build.onLoad({ filter: /index/, namespace }, ({ pluginData }) => ({
        contents: [
          "export { createConfiguration } from './gen/configuration.js';",
          "export { ServerConfiguration } from './gen/servers.js';",
        ].join('\n'),
        resolveDir: pluginData.resolveDir,
      }));
    },
  };
}

/**
 * Packages that are not installed (database drivers, Nest's optional transports) are resolved only at run time, if
 * ever.
 */
function optionalPeers() {
  return {
    name: 'optional-peers',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...rest }) => {
        if (pluginData === 'asked') return undefined;
        const found = await build.resolve(path, { ...rest, pluginData: 'asked' });
        const fromPackage = rest.importer.includes('node_modules');
        return found.errors.length > 0 && fromPackage ? { path, external: true } : found;
      });
    },
  };
}
