import type { Reason, RefusalCode } from '../events';
import type { AccessFailure, StateOf } from '../state';
import { reason } from './reason';

/** Whether the cluster, and not the release, is what a person must look at. */
export const clusterTrouble = (code: RefusalCode): boolean => troubles.includes(code);
const troubles: readonly RefusalCode[] = ['unreachable', 'unauthorized', 'forbidden', 'namespace_missing'];

/** The gate's deadline came without a look at the cluster. */
export function unseenReason({ access, openedAt, deadline }: StateOf<'gated'>): Reason {
  const text = access === null ? `nobody has looked at the cluster for ${deadline} s: see that the executor runs and is ready` : `the cluster could not be looked at for ${deadline} s${because(access)}`;
  return reason(access?.refusal.code ?? 'inspection_deadline', 'policy.inspectionDeadline', text, { openedAt, deadline, ...evidenceOf(access) });
}

/** What a reason adds where the cluster let nobody in; empty where it did. */
export const because = (access: AccessFailure | null): string => (access === null ? '' : `; ${access.refusal.text} (seen at ${access.at})`);

export const evidenceOf = (access: AccessFailure | null): Reason['evidence'] => (access === null ? {} : { access: access.refusal.code, accessFailedAt: access.at });
