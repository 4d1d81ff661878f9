import type { Payloads, Reason } from '../events';
import { reason } from './reason';

/** What happened, for users. Kubernetes does not store who deleted an object. */
export const deletedText = ({ kind, name }: Payloads['WorkloadDeleted']['object']): string =>
  `another client deleted ${kind} ${name} during the release (the audit log of the API server shows which)`;

/** A Deployment that the step needs was deleted, not by Alloy. */
export function deletedReason({ track, object }: Payloads['WorkloadDeleted']): Reason {
  const texts: Readonly<Record<typeof track, string>> = {
    canary: `the canary was removed: ${deletedText(object)}; to end a release, abort it`,
    stable: `the stable version was removed: ${deletedText(object)}`,
    baseline: `the experiment cannot be judged, because its baseline was removed: ${deletedText(object)}; to end an experiment, promote the release`,
  };
  return reason(`${track}_deleted`, 'cluster.deleted', texts[track], { track, object: `${object.kind}/${object.name}` });
}
