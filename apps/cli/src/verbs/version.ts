// eslint-disable-next-line @nx/enforce-module-boundaries -- the version is told in one place
import { version } from '../../../../package.json';
import type { Verb } from '../verb';

export const verb: Verb = {
  name: 'version',
  summary: 'Say which alloy this is',
  example: 'alloy version',
  routes: [],
  mutating: false,
  formats: ['json', 'yaml'],
  register(_command, run) {
    run(async ({ out }) => {
      if (out.format) return out.data({ version, node: process.version });
      out.line(`alloy ${version}`);
    });
  },
};
