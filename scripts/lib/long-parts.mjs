import { versions } from './control-plane.mjs';

const oldest = versions.oldest;

/**
 * Parts of `npm run test:long`, in order: a name, and a command whose last line on stdout is `N passed, N failed, N
 * skipped`.
 * ALLOY_REPORTS names a folder for the part's reports.
 */
export const parts = [
  {
    name: `control-plane-${oldest}`,
    command: [
      'sh',
      '-c',
      `scripts/control-plane/build.sh --kubernetes ${oldest} >&2 && exec "$0" scripts/test-control-plane.mjs --kubernetes ${oldest}`,
      process.execPath,
    ],
  },
  // Every strategy with every router in every situation; `npm test` plays each pair of them.
  { name: 'matrix', command: ['sh', '-c', 'ALLOY_MATRIX=whole exec "$0" scripts/test.mjs test/matrix', process.execPath] },
  // The second and third set of seeds; `npm test` plays the first.
  { name: 'chaos', command: [process.execPath, 'scripts/chaos.mjs', '--releases', '96', '--seed', '5'] },
  // Users who change the cluster; `npm test` plays the first two seeds.
  { name: 'chaos-users', command: [process.execPath, 'scripts/chaos.mjs', '--users', '--releases', '96', '--seed', '3'] },
];
