import type { Upcasters } from '@alloy/contracts';
import { familyOf, schemaOf } from './event-family';
import type { ReleaseEventType } from './events';

/** All event types of a release's stream with their current schema; add an upcaster here when a payload changes. */
export const releaseUpcasters: Upcasters = Object.fromEntries(
  (Object.keys(familyOf) as ReleaseEventType[]).map((type) => [type, { current: schemaOf(type) }]),
);
