import type { AsyncView } from '@alloy/event-store';
import { projectHistoryView } from './project-history/project-history';
import { releaseStepView } from './release-step/release-step';
import { releaseTimelineView } from './release-timeline/release-timeline';

/** All views that follow the log by seq; each has the name of its table, and can be rebuilt. */
export const asyncViews: readonly AsyncView[] = [releaseStepView, releaseTimelineView, projectHistoryView];
