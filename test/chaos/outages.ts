import { describeFault, type Fault, type StepKind } from './fault';

/** A period, in ms since 1970, in which a part of the installation was absent. */
export interface Outage {
  readonly fault: Fault;
  /** The release and the step at which the fault was placed. */
  readonly release: string;
  readonly step: StepKind;
  readonly from: number;
  /** When the part was ready again. */
  readonly to: number;
}

/** No step of a release waits for these parts: their absence causes no delay. */
const BYSTANDERS: ReadonlySet<string> = new Set(['ingest', 'notifier', 'nats']);

/** Milliseconds of the span in which a part was absent that acts on releases, observes them, or is needed for that. */
export function absenceWithin(outages: readonly Outage[], from: number, to: number): number {
  const parts = outages
    .filter(({ fault }) => !BYSTANDERS.has(fault.victim))
    .map((outage) => [Math.max(from, outage.from), Math.min(to, outage.to)] as const);
  let away = 0;
  let end = from;
  for (const [begin, until] of parts.filter(([begin, until]) => until > begin).sort((a, b) => a[0] - b[0])) {
    away += Math.max(0, until - Math.max(begin, end));
    end = Math.max(end, until);
  }
  return away;
}

export const describeOutage = ({ fault, step, from, to }: Outage): string =>
  `${describeFault(fault)} at ${step}, absent for ${((to - from) / 1_000).toFixed(1)} s`;
