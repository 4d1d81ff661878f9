import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(__dirname, '../..');
const libs = process.env['MUTATION_LIB']?.split(',') ?? ['analysis', 'audit', 'cluster', 'release'];
/** The transport of the cluster's adapter is not mutated. */
const IMPURE = /\/cluster\/src\/(kubernetes|metrics-page)\//;

for (const lib of libs) {
  const src = join(root, 'libs', lib, 'src');
  const specs = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.int|\.e2e|\.cp)\.spec\.ts$/.test(file)).sort();
  for (const spec of specs.map((file) => join(src, file)).filter((file) => !IMPURE.test(file))) {
    // A hook at the top level of a spec stays with that spec.
    describe(relative(root, spec), () => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the specs of a folder, whose names are known at run time only
      require(spec);
    });
  }
}
