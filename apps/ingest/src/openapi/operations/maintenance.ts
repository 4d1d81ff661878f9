import { asyncViews } from '@alloy/ledger';
import { z } from 'zod';
import { rebuildSchema } from '../../projections/projections.controller';
import { verified, view } from '../answers/operation';
import { page } from '../answers/parts';
import type { Operation } from '../operation';

const ofView = z.object({ name: z.enum(asyncViews.map(({ name }) => name)) });

/** The routes for those who run Alloy. */
export const maintenanceOperations: Readonly<Record<string, Operation>> = {
  'GET /api/v1/audit/verify': {
    needs: 'admin',
    tag: 'operation',
    summary: 'Verify that the log is unchanged',
    answer: [200, 'The extent of the check, and the faults.', verified],
  },
  'GET /api/v1/projections': {
    needs: 'admin',
    tag: 'operation',
    summary: 'The views that can be rebuilt, with their progress',
    answer: [200, 'A page: `items` and `nextCursor`.', page(view)],
  },
  'GET /api/v1/projections/:name': {
    needs: 'admin',
    tag: 'operation',
    summary: 'A view, with the progress of its rebuild',
    params: ofView,
    answer: [200, 'The view.', view],
  },
  'POST /api/v1/projections/:name/rebuild': {
    needs: 'admin',
    tag: 'operation',
    summary: 'Rebuild a view in parallel to the live one',
    params: ofView,
    body: rebuildSchema,
    answer: [202, 'The rebuild was started.', view],
    refuses: [409],
  },
};
