import { versions } from './control-plane.mjs';

const oldest = versions.oldest;

/**
 * What `npm run test:long` runs, in this order: a name, and a command whose last line on stdout is `N passed, N failed, N skipped`.
 * ALLOY_REPORTS names a folder of the part's own for reports.
 */
export const parts = [
  { name: `control-plane-${oldest}`, command: ['sh', '-c', `scripts/control-plane/build.sh --kubernetes ${oldest} >&2 && exec "$0" scripts/test-control-plane.mjs --kubernetes ${oldest}`, process.execPath] },
  // The second and the third deck of seeds; `npm test` plays the first.
  { name: 'chaos', command: [process.execPath, 'scripts/chaos.mjs', '--releases', '96', '--seed', '5'] },
];
