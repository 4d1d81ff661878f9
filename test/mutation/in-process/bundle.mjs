import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { build } from 'esbuild';

/**
 * Compiles these specs, with all that they import of the repository at `root`, into one script. Its value is a function
 * of (require, module, exports, spec). Packages stay external.
 * The sources are evaluated at once; `spec(name, load)` is called for each spec, and `load` evaluates it.
 */
export async function bundled(root, sources, specs) {
  const text = (file) => JSON.stringify(`./${file}`);
  const contents = [
    ...sources.map((file) => `require(${text(file)});`),
    ...specs.map((file) => `spec(${JSON.stringify(file)}, () => void require(${text(file)}));`),
  ].join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, sourcefile: 'all-specs.js' },
    absWorkingDir: root,
    tsconfig: join(root, 'tsconfig.base.json'),
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'es2022',
    packages: 'external',
    logLevel: 'silent',
    plugins: [ownDirname],
  });
  return new Script(`(function (require, module, exports, spec) {${outputFiles[0].text}\n})`, {
    filename: join(root, 'all-specs.bundle.cjs'),
  });
}

/** Sets `__dirname` so that a file that reads other files of its folder still finds them. */
const ownDirname = {
  name: 'own-dirname',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return {
        contents: text.includes('__dirname') ? `const __dirname = ${JSON.stringify(dirname(path))};\n${text}` : text,
        loader: 'ts',
        resolveDir: dirname(path),
      };
    }),
};
