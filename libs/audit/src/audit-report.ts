import type { TamperingCode } from './verify-chain';

export type AuditCode =
  | TamperingCode
  /** The order references a missing event. */
  | 'missing'
  /** The order has a gap. */
  | 'order'
  /** The streams' heads differ from those of a checkpoint. */
  | 'contradicts_checkpoint'
  /**
   * The checkpoint is invalid: not signed by a published key, not chained to the previous one, or different in file and
   * store.
   */
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
  /** True: no difference from what was appended, as far as chains and checkpoints show. */
  readonly ok: boolean;
  /** Postgres' clock, ISO 8601. */
  readonly at: string;
  readonly events: number;
  readonly streams: number;
  readonly checkpoints: number;
  /** Seq of the last event that a valid checkpoint covers; 0: none. */
  readonly signedUpTo: number;
  /** The first findings, at most 100. */
  readonly findings: readonly AuditFinding[];
  readonly foundInAll: number;
}

const MAX_LISTED = 100;

/** Collects findings; lists the first 100 and counts all. */
export class Findings {
  readonly list: AuditFinding[] = [];
  count = 0;

  add(finding: AuditFinding): void {
    this.count += 1;
    if (this.list.length < MAX_LISTED) this.list.push(finding);
  }
}
