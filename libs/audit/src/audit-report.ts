import type { TamperingCode } from './verify-chain';

export type AuditCode =
  | TamperingCode
  /** The order names an event that is not there. */
  | 'missing'
  /** The order itself has a gap. */
  | 'order'
  /** The streams' heads are not those of a checkpoint. */
  | 'contradicts_checkpoint'
  /** The checkpoint itself: not signed by a published key, not chained to the one before, or not the same in file and store. */
  | 'bad_signature' | 'broken_chain' | 'checkpoint_missing' | 'checkpoint_differs';

export interface AuditFinding {
  readonly code: AuditCode;
  readonly detail: string;
  readonly stream?: string;
  readonly version?: number;
  readonly seq?: number;
  readonly checkpoint?: number;
}

export interface AuditReport {
  /** True: the log is what was appended, as far as chains and checkpoints can tell. */
  readonly ok: boolean;
  /** Postgres' clock, ISO 8601. */
  readonly at: string;
  readonly events: number;
  readonly streams: number;
  readonly checkpoints: number;
  /** The last event that a good checkpoint covers; 0: none. */
  readonly signedUpTo: number;
  /** At most 100, the first ones. */
  readonly findings: readonly AuditFinding[];
  readonly foundInAll: number;
}

const MOST = 100;

/** Collects what is found. */
export class Findings {
  readonly list: AuditFinding[] = [];
  count = 0;

  add(finding: AuditFinding): void {
    this.count += 1;
    if (this.list.length < MOST) this.list.push(finding);
  }
}
