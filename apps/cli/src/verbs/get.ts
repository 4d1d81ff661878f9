import type { VerbGroup } from '../verb';
import { verb as project } from './get-projects';
import { verb as release } from './get-release';
import { verb as releases } from './get-releases';
import { verb as stable } from './get-stable';

export const verb: VerbGroup = {
  name: 'get',
  summary: 'Show releases, projects and the stable version',
  verbs: [releases, release, project, stable],
};
