import type { Reason, TrafficDrift } from '../events';
import { reason } from './reason';

/** What is wrong with an object of the router, and who has changed it, for users. */
export function trafficDriftReason(drift: TrafficDrift): Reason {
  const { object, manager, cause, expected, found } = drift;
  return reason('traffic_drifted', `traffic.${cause}`, textOf(drift), {
    object: `${object.kind}/${object.name}`, manager, expected, found,
  });
}

/** Why a release ends or waits because of it. `restored`: how often Alloy has set the traffic again. */
export function lostTrafficReason(drift: TrafficDrift, restored: number): Reason {
  const { text, evidence, ...rest } = trafficDriftReason(drift);
  const again = restored > 0 ? `, although Alloy has set the traffic again ${restored === 1 ? 'once' : `${restored} times`}` : '';
  return { ...rest, text: `${text}${again}; ${adviceFor(drift)}`, evidence: { ...evidence, restored } };
}

function textOf({ object: { kind, name }, manager, cause, expected, found }: TrafficDrift): string {
  const who = manager ?? 'another client';
  switch (cause) {
    case 'rewritten':
      return `${kind} ${name} was changed by ${who}: it has ${found}, not ${expected}`;
    case 'deleted':
      // Kubernetes does not store who deletes an object.
      return `another client deleted ${kind} ${name} during the release (the audit log of the API server shows which)`;
    case 'unusable':
      return `${kind} ${name} was changed by ${who} and no longer leads to the workload: it has ${found}, not ${expected}`;
    case 'rejected':
      return `no controller accepts ${kind} ${name}: ${found}`;
    case 'reported':
      return `the controller of ${kind} ${name} reports ${found}`;
  }
}

function adviceFor({ cause, manager, object: { kind, name }, fields }: TrafficDrift): string {
  const tool = manager ?? 'the other client';
  switch (cause) {
    case 'rewritten':
    case 'unusable':
      return `let ${tool} ignore ${fields.join(' and ')} of ${kind} ${name} during releases, and release again`;
    case 'deleted':
      return `create ${kind} ${name} again, and release again`;
    case 'rejected':
    case 'reported':
      return `see the status of ${kind} ${name}`;
  }
}
