import type { Project } from '../api/shapes';
import { age } from '../output/age';
import type { View } from '../output/output';
import type { Verb } from '../verb';

const view = (now: number): View<Project> => ({
  name: ({ id }) => id,
  columns: [
    { head: 'PROJECT', cell: ({ id }) => id },
    { head: 'ENVIRONMENTS', cell: ({ policies }) => Object.keys(policies).join(',') },
    { head: 'NAMESPACES', cell: ({ policies }) => [...new Set(Object.values(policies).map(({ namespace }) => namespace))].join(',') },
    { head: 'AGE', cell: ({ createdAt }) => age(createdAt, now) },
    { head: 'STAGES', cell: ({ policies }) => policies['production']?.stages.map(({ weight, duration }) => `${weight}%/${duration}s`).join(' ') ?? '', isWide: true },
    { head: 'WHEN BUSY', cell: ({ policies }) => policies['production']?.whenBusy ?? '', isWide: true },
  ],
});

export const verb: Verb = {
  name: 'projects',
  summary: 'List projects with their policies',
  example: 'alloy get projects -o yaml',
  routes: ['GET /api/v1/projects'],
  mutating: false,
  register(_command, run) {
    run(async ({ api, out, io }) => out.list(await api.all<Project>('/api/v1/projects'), view(io.now())));
  },
};
