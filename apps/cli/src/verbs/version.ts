// eslint-disable-next-line @nx/enforce-module-boundaries -- package.json is the only place of the version
import { version } from '../../../../package.json';
import type { Verb } from '../verb';

export const verb: Verb = {
  name: 'version',
  summary: 'Print the version',
  example: 'alloy version',
  routes: [],
  mutating: false,
  register(_command, run) {
    run(async ({ out }) =>
      out.one(
        { version, node: process.version },
        {
          name: () => version,
          columns: [
            { head: 'VERSION', cell: () => version },
            { head: 'NODE', cell: ({ node }) => node, isWide: true },
          ],
        },
        out.format === 'wide' ? undefined : () => [`alloy ${version}`],
      ),
    );
  },
};
