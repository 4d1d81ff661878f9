/** Globs of what is never mutated, whatever is asked for. */
export const notMutated = ['!**/*.spec.ts', '!**/testing.ts', '!**/testing/**', '!libs/cluster/src/contract.ts'];

/** The libs that `npm run mutation` mutates, shortest first. */
export const mutatedLibs = ['audit', 'analysis', 'cluster', 'release'];

/** Globs of what Stryker mutates in a lib. */
export function mutatedFiles(lib) {
  // The cluster's pure half: what decides on writes, without the adapter and its transport.
  return [lib === 'cluster' ? 'libs/cluster/src/{,drift/,routers/,steps/}*.ts' : `libs/${lib}/src/**/*.ts`, ...notMutated];
}
