import { join } from 'node:path';

const root = join(__dirname, '../..');
// eslint-disable-next-line @typescript-eslint/no-require-imports -- shared with the runner, which is plain JavaScript
const { unitSpecsOf } = require('./specs.cjs') as { unitSpecsOf: (root: string, lib: string) => readonly string[] };

for (const lib of process.env['MUTATION_LIB']?.split(',') ?? ['analysis', 'audit', 'cluster', 'release']) {
  for (const spec of unitSpecsOf(root, lib)) {
    // A hook at the top level of a spec applies to that spec only.
    describe(spec, () => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the names of the specs are known at run time only
      require(join(root, spec));
    });
  }
}
