import { event } from './001_event';
import { appendOnly } from './002_append_only';
import { order } from './003_order';
import { projection } from './004_projection';
import { checkpoint } from './005_checkpoint';
import { rebuild } from './006_rebuild';
import { append } from './007_append';
import { rebuildAll } from './008_rebuild_all';

/** In the order in which they run; one that was released is never edited. */
export const migrations: ReadonlyArray<{ readonly name: string; readonly sql: string }> = [
  { name: '001_event', sql: event },
  { name: '002_append_only', sql: appendOnly },
  { name: '003_order', sql: order },
  { name: '004_projection', sql: projection },
  { name: '005_checkpoint', sql: checkpoint },
  { name: '006_rebuild', sql: rebuild },
  { name: '007_append', sql: append },
  { name: '008_rebuild_all', sql: rebuildAll },
];
