import type { KubeObject } from '@alloy/contracts';

/** Something that happened to an object, for those who look at it with kubectl. */
export interface ObjectEvent {
  /** The Event's own, always the same for the same thing, so that it is told once. */
  readonly name: string;
  readonly regarding: { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string; readonly uid: string };
  readonly type: 'Normal' | 'Warning';
  /** Stable, CamelCase, at most 128 bytes. */
  readonly reason: string;
  /** What was done or seen, CamelCase, at most 128 bytes. */
  readonly action: string;
  /** Cut to 1024 bytes. */
  readonly note: string;
  /** How often it has happened so far, from 1. */
  readonly count: number;
  /** ISO 8601: the first time, and the last. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** ISO 8601, of which the seconds count: kubectl describe lists in this order, and shows the other times. */
  readonly listedAt: string;
}

/** Who tells. `controller`: a qualified name such as `alloy.dev/executor`; `instance`: which replica, at most 128 bytes. */
export interface Reporter {
  readonly controller: string;
  readonly instance: string;
}

const NOTE_BYTES = 1_024;
const FIELD_BYTES = 128;

/** The Event in the core API, which takes the time that kubectl describe sorts by; `events.k8s.io/v1` serves the same object, and refuses that time. */
export function eventObject(event: ObjectEvent, { controller, instance }: Reporter): KubeObject {
  const { name, regarding, type, reason, action, note, firstAt, listedAt } = event;
  return {
    apiVersion: 'v1', kind: 'Event', metadata: { name, namespace: regarding.namespace }, eventTime: microTime(firstAt), lastTimestamp: secondsOf(listedAt),
    involvedObject: regarding, type, reason, action, message: cutBytes(note, NOTE_BYTES),
    reportingComponent: controller, reportingInstance: cutBytes(instance, FIELD_BYTES), ...(event.count > 1 && { series: seriesOf(event) }),
  };
}

/** Of an event that has happened more than once: the API server takes no count below 2. */
export const seriesOf = ({ count, lastAt }: ObjectEvent): { readonly count: number; readonly lastObservedTime: string } => ({ count, lastObservedTime: microTime(lastAt) });

/** Kubernetes wants exactly six digits of a second. */
const microTime = (iso: string): string => new Date(iso).toISOString().replace('Z', '000Z');

/** The core API takes no fraction of a second. */
export const secondsOf = (iso: string): string => iso.replace(/\.\d+/, '');

/** As much of the text as fits, never half a character. */
export function cutBytes(text: string, max: number): string {
  if (Buffer.byteLength(text) <= max) return text;
  let size = Buffer.byteLength('…');
  let kept = '';
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > max) break;
    kept += character;
  }
  return `${kept}…`;
}
