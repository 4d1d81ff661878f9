import { accessRefusal } from '@alloy/cluster';
import { aboutTarget, isRunning, releaseTarget, type Refusal, type ReleaseEvent, type State } from '@alloy/release';
import { nodeActor } from '@alloy/service';
import type { ExecutorPorts } from './executor-ports';
import { factId } from './fact-ids';
import { notInspected } from './inspect-cluster';
import { openEffect } from './open-effect';

export interface AccessFailuresOptions extends Pick<ExecutorPorts, 'log' | 'onOutcome'> {
  /** Ms in which a user can renew a token that the API server rejects. In a sixth of it an API server can restart. */
  readonly graceMs: number;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/** What the executor was about to do for a release. */
interface Attempt {
  readonly decision: number;
  /** `gate`: inspect the cluster. */
  readonly kind: 'gate' | 'step' | 'rollback';
  /** Code of the last access failure that the log contains for this attempt; undefined: none. */
  readonly recorded: Refusal['code'] | undefined;
}

/** Remembers for each release since when the cluster has refused access to the executor, and records it. */
export class AccessFailures {
  private readonly since = new Map<string, { readonly code: Refusal['code']; readonly at: number }>();

  constructor(private readonly options: AccessFailuresOptions) {}

  /** Ends the failure of the release, because the executor had access to the cluster. Idempotent. */
  forget(releaseId: string): void {
    this.since.delete(releaseId);
  }

  /**
   * Appends the event that follows from `error`. Appends nothing if `error` is not an access failure, or one that needs
   * no event.
   */
  async record(releaseId: string, error: unknown): Promise<void> {
    const refusal = accessRefusal(error, 'executor');
    if (!refusal) return this.forget(releaseId);
    const lastedMs = this.lasted(releaseId, refusal.code);
    const { state } = await this.options.log.load(releaseId);
    const attempt = attemptOf(state);
    if (!attempt || state.status === 'none') return;
    const event = eventFor(state, attempt, refusal, { lastedMs, graceMs: this.options.graceMs });
    if (!event) return;
    const ids = [factId(releaseId, attempt.decision, event.type, event.type === 'ClusterAccessFailed' ? refusal.code : '')];
    // An inspection counts only for the gate that it was made for.
    const expected = event.type === 'TargetInspected' ? state.version : 'any';
    const fact = 'plan' in state ? aboutTarget(event, releaseTarget(state)) : event;
    await this.options.log.append(state, [fact], { expected, actor: nodeActor('executor'), ids });
    this.options.onOutcome?.(releaseId, event.type);
  }

  private lasted(releaseId: string, code: Refusal['code']): number {
    const known = this.since.get(releaseId);
    const began = known?.code === code ? known : { code, at: this.options.now() };
    this.since.set(releaseId, began);
    return this.options.now() - began.at;
  }
}

function attemptOf(state: State): Attempt | undefined {
  if (state.status === 'gated') {
    return state.inspection === null ? { decision: state.gate, kind: 'gate', recorded: state.access?.refusal.code } : undefined;
  }
  const current = isRunning(state) ? openEffect(state) : undefined;
  if (!current) return undefined;
  const kind = current.spec.kind === 'rollback' ? 'rollback' : 'step';
  return { decision: current.ref.decision, kind, recorded: current.access?.refusal.code };
}

/** In this part of the grace an API server may be unreachable or answer 403, because it has just restarted. */
const RESTART_PART = 1 / 6;
/** After this part of the grace the refusal ends the attempt. A code that is not listed does not end it. */
const finalAfter: Readonly<Partial<Record<Refusal['code'], number>>> = { unauthorized: 1, forbidden: RESTART_PART };

interface Duration {
  readonly lastedMs: number;
  readonly graceMs: number;
}

function eventFor(state: State, attempt: Attempt, refusal: Refusal, { lastedMs, graceMs }: Duration): ReleaseEvent | undefined {
  const { decision, kind, recorded } = attempt;
  // The executor tries a rollback until its deadline, whatever the cluster refuses.
  const isFinal = kind !== 'rollback' && lastedMs >= graceMs * (finalAfter[refusal.code] ?? Infinity);
  if (isFinal) return finalEvent(state, refusal);
  if (recorded === refusal.code || (refusal.code === 'unreachable' && lastedMs < graceMs * RESTART_PART)) return undefined;
  return { type: 'ClusterAccessFailed', data: { decision, refusal } };
}

function finalEvent(state: State, refusal: Refusal): ReleaseEvent | undefined {
  if (state.status === 'gated') return { type: 'TargetInspected', data: { ...notInspected, refusal } };
  return isRunning(state) && state.current ? { type: 'EffectFailed', data: { ...state.current.ref, refusal } } : undefined;
}
