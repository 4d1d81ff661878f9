/** Globs of files that are never mutated. */
export const notMutated = ['!**/*.spec.ts', '!**/testing.ts', '!**/testing/**', '!libs/cluster/src/contract.ts'];

/** The libs that `npm run mutation` mutates, shortest first. */
export const mutatedLibs = ['audit', 'analysis', 'cluster', 'release'];

/** Globs of the files of a lib that Stryker mutates. */
export function mutatedFiles(lib) {
  // Only the pure part of cluster, which decides on writes, without the adapter and its transport.
  return [lib === 'cluster' ? 'libs/cluster/src/{,drift/,routers/,steps/}*.ts' : `libs/${lib}/src/**/*.ts`, ...notMutated];
}
