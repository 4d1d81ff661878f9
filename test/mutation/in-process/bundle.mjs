import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { build } from 'esbuild';

/**
 * Compiles these specs, with all that they import of the repository at `root`, into one script, the value of which is a function of (require, module, exports, loadSpec). Packages stay outside.
 * The sources are evaluated first, so that what `loadSpec` (name, load) sees executed is what the spec itself executes.
 */
export async function bundled(root, sources, specs) {
  const text = (file) => JSON.stringify(`./${file}`);
  const contents = [...sources.map((file) => `require(${text(file)});`), ...specs.map((spec) => `loadSpec(${JSON.stringify(spec)}, () => void require(${text(spec)}));`)].join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, sourcefile: 'all-specs.js' }, absWorkingDir: root, tsconfig: join(root, 'tsconfig.base.json'), bundle: true, write: false,
    platform: 'node', format: 'cjs', target: 'es2022', packages: 'external', logLevel: 'silent', plugins: [ownDirname],
  });
  return new Script(`(function (require, module, exports, loadSpec) {${outputFiles[0].text}\n})`, { filename: join(root, 'all-specs.bundle.cjs') });
}

/** A file that reads others beside it goes on to find them. */
const ownDirname = {
  name: 'own-dirname',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return { contents: text.includes('__dirname') ? `const __dirname = ${JSON.stringify(dirname(path))};\n${text}` : text, loader: 'ts', resolveDir: dirname(path) };
    }),
};
