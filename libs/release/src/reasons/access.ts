import type { Reason, RefusalCode } from '../events';
import type { AccessFailure } from '../current';
import type { StateOf } from '../state';
import { reason } from './reason';

/** Whether the cluster, not the release, is the cause. */
export const isClusterFailure = (code: RefusalCode): boolean => clusterCodes.includes(code);
const clusterCodes: readonly RefusalCode[] = ['unreachable', 'unauthorized', 'forbidden', 'namespace_missing'];

/** The inspection deadline passed without an inspection. */
export function inspectionDeadlineReason({ access, openedAt, deadline }: StateOf<'gated'>): Reason {
  const text = access === null
    ? `no executor inspected the cluster within ${deadline} s; check that an executor runs and is ready`
    : `the executor could not inspect the cluster within ${deadline} s${accessSuffix(access)}`;
  return reason(access?.refusal.code ?? 'inspection_deadline', 'policy.inspectionDeadline', text, {
    openedAt,
    deadline,
    ...evidenceOf(access),
  });
}

/** Suffix of a reason's text that names the last cluster access failure; empty if there is none. */
export const accessSuffix = (access: AccessFailure | null): string =>
  access === null ? '' : `; ${access.refusal.text} (seen at ${access.at})`;

export const evidenceOf = (access: AccessFailure | null): Reason['evidence'] =>
  access === null ? {} : { access: access.refusal.code, accessFailedAt: access.at };
