import type { KubeObject } from '@alloy/contracts';

/** The content of a Kubernetes Event on an object, for users of `kubectl describe`. */
export interface ObjectEvent {
  /** Name of the Kubernetes Event. It is the same for the same occurrence, so that it is published once. */
  readonly name: string;
  readonly regarding: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
  readonly type: 'Normal' | 'Warning';
  /** Stable, CamelCase, at most 128 bytes. */
  readonly reason: string;
  /** What Alloy did or observed, CamelCase, at most 128 bytes. */
  readonly action: string;
  /** Cut to 1024 bytes. */
  readonly note: string;
  /** Number of occurrences so far, at least 1. */
  readonly count: number;
  /** Time of the first and of the last occurrence, ISO 8601. */
  readonly firstAt: string;
  readonly lastAt: string;
  /**
   * Time by which `kubectl describe` orders Kubernetes Events, ISO 8601, used to the second. It shows the other two
   * times.
   */
  readonly listedAt: string;
}

/**
 * The publisher of a Kubernetes Event. `controller`: a qualified name such as `alloy.dev/executor`; `instance`: the
 * replica, at most 128 bytes.
 */
export interface Reporter {
  readonly controller: string;
  readonly instance: string;
}

const NOTE_BYTES = 1_024;
const FIELD_BYTES = 128;

/**
 * The Kubernetes Event as an object of the core API, which accepts the time by which `kubectl describe` sorts.
 * `events.k8s.io/v1` serves the same object but refuses that time.
 */
export function eventObject(event: ObjectEvent, { controller, instance }: Reporter): KubeObject {
  const { name, regarding, type, reason, action, note, firstAt, listedAt } = event;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: regarding.namespace },
    eventTime: microTime(firstAt),
    lastTimestamp: secondsOf(listedAt),
    involvedObject: regarding,
    type,
    reason,
    action,
    message: cutBytes(note, NOTE_BYTES),
    reportingComponent: controller,
    reportingInstance: cutBytes(instance, FIELD_BYTES),
    ...(event.count > 1 && { series: seriesOf(event) }),
  };
}

/** The series of an event that has occurred more than once. The API server refuses a count below 2. */
export const seriesOf = ({ count, lastAt }: ObjectEvent): { readonly count: number; readonly lastObservedTime: string } => ({
  count,
  lastObservedTime: microTime(lastAt),
});

/** Kubernetes requires exactly six decimals of a second. */
const microTime = (iso: string): string => new Date(iso).toISOString().replace('Z', '000Z');

/** The core API refuses fractions of a second. */
export const secondsOf = (iso: string): string => iso.replace(/\.\d+/, '');

/** Cuts the text to `max` bytes, at the boundary of a character. */
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
