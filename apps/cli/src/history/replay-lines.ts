import { describeEvent } from '@alloy/catalogue';
import type { Reason, Moment, ReleaseHistory, State } from '@alloy/release';
import { familyOf, replay } from '@alloy/release';
import type { StoredEvent } from '@alloy/contracts';
import type { Colors } from '../output/colors';
import { printable } from '../output/printable';
import { painted, whoOf } from './event-lines';
import { knownOf } from './known';

/** One event of a release with its context. */
export interface ReplayedMoment {
  readonly version: number;
  readonly at: string;
  /** Seconds since the request. */
  readonly seconds: number;
  readonly family: StoredEvent['family'];
  readonly type: string;
  readonly actor: StoredEvent['actor'];
  readonly what: string;
  /** For a decision: what Alloy knew when it was made. */
  readonly known?: string;
  /** For a decision: its reason. */
  readonly reason?: Reason;
  readonly status: State['status'];
}

/** The events of a release with what Alloy knew, decided, and why. */
export function replayedMoments(history: ReleaseHistory): readonly ReplayedMoment[] {
  const begun = Date.parse(history.log[0]?.occurredAt ?? '');
  return replay(history).map((moment) => replayedMoment(moment, begun));
}

function replayedMoment({ event, before, after }: Moment, begun: number): ReplayedMoment {
  const { version, occurredAt: at, actor, type } = event;
  const family = familyOf[type];
  const reason = 'reason' in event.data && typeof event.data.reason === 'object' ? event.data.reason : null;
  return {
    version, at, seconds: (Date.parse(at) - begun) / 1000, family, type, actor, what: describeEvent(event),
    ...(family === 'decision' && { known: knownOf(before), ...(reason && { reason }) }), status: after.status,
  };
}

/** Lines for users. */
export function momentLines(moment: ReplayedMoment, color: Colors): readonly string[] {
  const { version, seconds, family, type, what, known, reason } = moment;
  const head = `${color.dim(`v${version}`.padEnd(5))}${`+${seconds.toFixed(1)} s`.padStart(10)}  ${painted(type.padEnd(19), { type, family }, color)}  ${printable(whoOf(moment))}`;
  const more = [
    ...(known === undefined ? [] : [`known    ${known}`]),
    `${family === 'decision' ? 'decided ' : family === 'intent' ? 'asked   ' : family === 'outcome' ? 'done    ' : 'seen    '} ${what}`,
    ...(reason === undefined ? [] : [`because  ${reason.code} by the rule ${reason.rule}${evidenceOf(reason)}`]),
  ];
  return [head, ...more.map((line) => `${' '.repeat(17)}${printable(line)}`)];
}

const evidenceOf = ({ evidence }: Reason): string => {
  const values = Object.entries(evidence).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : String(value)}`,
  );
  return values.length === 0 ? '' : `: ${values.join(', ')}`;
};
