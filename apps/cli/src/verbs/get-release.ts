import type { Release } from '../api/shapes';
import { releaseView } from '../output/release-view';
import type { Verb } from '../verb';

export const verb: Verb = {
  name: 'release',
  summary: 'Show a release',
  example: 'alloy get release 01K9ZJ5QX8N4V7R2T6WDYB3CHM',
  routes: ['GET /api/v1/releases/{id}'],
  mutating: false,
  register(command, run) {
    command.argument('<release>', 'its id');
    run(async ({ api, out, io }, [id = '']) => out.one(await api.get<Release>(`/api/v1/releases/${encodeURIComponent(id)}`), releaseView(io.now())));
  },
};
