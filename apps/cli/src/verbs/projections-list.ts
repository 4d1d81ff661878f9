import type { Page } from '../api/client';
import { outcomeOf, type Projection } from '../history/projection';
import type { Verb } from '../verb';

export const verb: Verb = {
  name: 'list',
  summary: 'List the views that follow the log, and their positions',
  example: 'alloy projections list',
  routes: ['GET /api/v1/projections'],
  mutating: false,
  isDefault: true,
  register(_command, run) {
    run(async ({ api, out }) => {
      const { items } = await api.get<Page<Projection>>('api/v1/projections');
      await out.list(items, {
        name: ({ name }) => name,
        columns: [
          { head: 'VIEW', cell: ({ name }) => name },
          { head: 'EVENTS', cell: ({ seq }) => String(seq) },
          { head: 'BEHIND', cell: ({ behind }) => String(behind) },
          { head: 'REBUILT', cell: ({ rebuild }) => rebuild?.updatedAt ?? '' },
          { head: 'OUTCOME', cell: ({ rebuild }) => (rebuild === null ? '' : outcomeOf(rebuild)), isWide: true },
        ],
      });
    });
  },
};
