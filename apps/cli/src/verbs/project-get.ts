import type { ProjectDocument } from '@alloy/policy';
import { stringify } from 'yaml';
import type { View } from '../output/output';
import { schemaHeader } from '../policy/project-file';
import type { Verb } from '../verb';

const view: View<ProjectDocument> = {
  name: ({ metadata }) => metadata.name,
  columns: [
    { head: 'PROJECT', cell: ({ metadata }) => metadata.name },
    { head: 'VERSION', cell: ({ metadata }) => String(metadata.version ?? '') },
    { head: 'ENVIRONMENTS', cell: ({ spec }) => Object.keys(spec.environments).join(',') },
  ],
};

export const verb: Verb = {
  name: 'get',
  summary: 'Print a project as a project file, which project apply takes',
  example: 'alloy project get shop > shop.yaml\nalloy project get shop -o yaml',
  routes: ['GET /api/v1/projects/{id}/document'],
  mutating: false,
  register(command, run) {
    command.argument('<project>', 'its name');
    run(async ({ api, out }, [id = '']) => {
      const document = await api.get<ProjectDocument>(`api/v1/projects/${encodeURIComponent(id)}/document`);
      const text = () => `${schemaHeader(api.url)}\n${stringify(document)}`.trimEnd().split('\n');
      await out.one(document, view, out.format === 'wide' ? undefined : text);
    });
  },
};
