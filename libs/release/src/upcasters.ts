import type { Upcasters } from '@alloy/contracts';
import { familyOf, schemaOf, type ReleaseEventType } from './events';

/** Every type of a release's stream at its present schema; when a payload changes shape, the way from the old one is added here. */
export const releaseUpcasters: Upcasters = Object.fromEntries((Object.keys(familyOf) as ReleaseEventType[]).map((type) => [type, { current: schemaOf(type) }]));
