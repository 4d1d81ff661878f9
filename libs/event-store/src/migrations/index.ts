export { EventLog1763690000001 } from './1763690000001-event-log';
export { AppendOnly1763690000002 } from './1763690000002-append-only';
export { TotalOrder1763690000003 } from './1763690000003-total-order';
export { ProjectionCursor1763690000004 } from './1763690000004-projection-cursor';
export { Checkpoint1763690000005 } from './1763690000005-checkpoint';
export { RebuildViews1763690000006 } from './1763690000006-rebuild-views';
export { AppendEvents1763690000007 } from './1763690000007-append-events';
export { RebuildAllViews1763690000008 } from './1763690000008-rebuild-all-views';
