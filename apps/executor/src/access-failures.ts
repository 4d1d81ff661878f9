import { accessRefusal } from '@alloy/cluster';
import type { Refusal, ReleaseEvent, State } from '@alloy/release';
import { isRunning } from '@alloy/release';
import { nodeActor } from '@alloy/service';
import { openEffect } from './carry-out';
import type { ExecutorPorts } from './executor-ports';
import { factId } from './fact-ids';
import { unseen } from './inspect-target';

export interface AccessFailuresOptions extends Pick<ExecutorPorts, 'log' | 'onOutcome'> {
  /** How long a token that the cluster does not know may take to be renewed; a sixth of it: how long an API server may take to restart. */
  readonly graceMs: number;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/** What the executor was about to do for a release. */
interface Attempt {
  readonly decision: number;
  /** `gate`: look at the cluster. */
  readonly kind: 'gate' | 'step' | 'rollback';
  /** As it was told last. */
  readonly told: Refusal['code'] | undefined;
}

/** Remembers since when the cluster lets the executor in no more, for each release, and tells so. */
export class AccessFailures {
  private readonly since = new Map<string, { readonly code: Refusal['code']; readonly at: number }>();

  constructor(private readonly options: AccessFailuresOptions) {}

  /** It got through. */
  forget(releaseId: string): void {
    this.since.delete(releaseId);
  }

  /** Tells what is to be told of an error; nothing if it is none of access. */
  async met(releaseId: string, error: unknown): Promise<void> {
    const refusal = accessRefusal(error, 'executor');
    if (!refusal) return this.forget(releaseId);
    const lastedMs = this.lasted(releaseId, refusal.code);
    const { state } = await this.options.log.load(releaseId);
    const attempt = attemptOf(state);
    if (!attempt || state.status === 'none') return;
    const event = whatToTell(state, attempt, refusal, { lastedMs, graceMs: this.options.graceMs });
    if (!event) return;
    const ids = [factId(releaseId, attempt.decision, event.type, event.type === 'ClusterAccessFailed' ? refusal.code : '')];
    // A look counts only for the gate that it was meant for.
    const expected = event.type === 'TargetInspected' ? state.version : 'any';
    await this.options.log.append(state, [event], { expected, actor: nodeActor('executor'), ids });
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
  if (state.status === 'gated') return state.inspection === null ? { decision: state.gate, kind: 'gate', told: state.access?.refusal.code } : undefined;
  const current = isRunning(state) ? openEffect(state) : undefined;
  return current && { decision: current.ref.decision, kind: current.spec.kind === 'rollback' ? 'rollback' : 'step', told: current.access?.refusal.code };
}

/** For this part of the grace an API server may be unreachable, or answer 403, because it has just been restarted. */
const RESTART_PART = 1 / 6;
/** After this part of the grace the refusal ends the attempt; a code that is not listed does not end it. */
const finalAfter: Readonly<Partial<Record<Refusal['code'], number>>> = { unauthorized: 1, forbidden: RESTART_PART };

function whatToTell(state: State, { decision, kind, told }: Attempt, refusal: Refusal, { lastedMs, graceMs }: { readonly lastedMs: number; readonly graceMs: number }): ReleaseEvent | undefined {
  // A rollback is tried until its deadline, whatever refuses it.
  const isOver = kind !== 'rollback' && lastedMs >= graceMs * (finalAfter[refusal.code] ?? Infinity);
  if (isOver) return givenUp(state, refusal);
  if (told === refusal.code || (refusal.code === 'unreachable' && lastedMs < graceMs * RESTART_PART)) return undefined;
  return { type: 'ClusterAccessFailed', data: { decision, refusal } };
}

function givenUp(state: State, refusal: Refusal): ReleaseEvent | undefined {
  if (state.status === 'gated') return { type: 'TargetInspected', data: { ...unseen, refusal } };
  return isRunning(state) && state.current ? { type: 'EffectFailed', data: { ...state.current.ref, refusal } } : undefined;
}
