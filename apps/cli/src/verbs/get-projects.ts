import type { Project } from '../api/shapes';
import { projectView } from '../output/project-view';
import type { Verb } from '../verb';

export const verb: Verb = {
  name: 'projects',
  summary: 'List projects with their policies',
  example: 'alloy get projects -o yaml',
  routes: ['GET /api/v1/projects'],
  mutating: false,
  register(_command, run) {
    run(async ({ api, out, io }) => out.list(await api.all<Project>('api/v1/projects'), projectView(io.now())));
  },
};
