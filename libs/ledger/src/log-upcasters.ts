import type { Upcasters } from '@alloy/contracts';
import { projectUpcasters } from '@alloy/policy';
import { releaseUpcasters } from '@alloy/release';

/** All event types of the log: of releases and of projects. */
export const logUpcasters: Upcasters = { ...releaseUpcasters, ...projectUpcasters };
