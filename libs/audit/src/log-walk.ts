import type { StoredEvent } from '@alloy/contracts';
import type { Findings } from './audit-report';
import type { SignedCheckpoint } from './checkpoint';
import { StreamHeads } from './stream-heads';
import { flawOf, type Flaw } from './verify-chain';

export interface Position {
  readonly seq: number;
  readonly stream: string;
  readonly version: number;
}

/**
 * Walks the log in order; verifies each event against its stream's hash so far, and the heads against each checkpoint.
 */
export class LogWalk {
  events = 0;
  /** Seq of the last event covered by a checkpoint that matches the log. */
  signedUpTo = 0;
  private readonly heads = new StreamHeads();
  private next = 0;

  /** `checkpoints`: with valid signatures, by number. */
  constructor(
    private readonly checkpoints: readonly SignedCheckpoint[],
    private readonly findings: Findings,
  ) {}

  get streams(): number {
    return this.heads.streams;
  }

  /** `event` undefined: the order references a missing event. */
  ordered(position: Position, event: StoredEvent | undefined): void {
    this.compareUpTo(position.seq - 1);
    const { seq, stream, version } = position;
    if (seq !== this.heads.seq + 1)
      this.findings.add({
        code: 'order',
        seq: this.heads.seq + 1,
        detail: `the order has no entries from ${this.heads.seq + 1} to ${seq - 1}`,
      });
    this.heads.seq = seq;
    if (event) this.take(event);
    else
      this.findings.add({
        code: 'missing', seq, stream, version,
        detail: `${stream}@${version} has position ${seq} in the order, but is missing`,
      });
  }

  /** An event without a position in the order; follows all ordered events. */
  unordered(event: StoredEvent): void {
    this.take(event);
  }

  endOfOrder(): void {
    this.compareUpTo(this.heads.seq);
    for (const { number, seq } of this.checkpoints.slice(this.next)) {
      this.findings.add({
        code: 'truncated', checkpoint: number, seq,
        detail: `checkpoint ${number} covers ${seq} events, but the order ends at ${this.heads.seq}`,
      });
    }
  }

  private take(event: StoredEvent): void {
    const { stream, version } = event;
    const code = flawOf(event, this.heads.of(stream));
    if (code) this.findings.add({ code, stream, version, detail: `${stream}@${version} ${explained[code]}` });
    this.heads.move(stream, { version, hash: event.hash });
    this.events += 1;
  }

  private compareUpTo(seq: number): void {
    for (let checkpoint = this.checkpoints[this.next]; checkpoint && checkpoint.seq <= seq; checkpoint = this.checkpoints[this.next]) {
      this.next += 1;
      if (this.heads.streams === checkpoint.streams && this.heads.root() === checkpoint.root) this.signedUpTo = checkpoint.seq;
      else this.contradicts(checkpoint);
    }
  }

  private contradicts({ number, seq }: SignedCheckpoint): void {
    const detail = `between ${this.signedUpTo + 1} and ${seq} the log differs from what checkpoint ${number} signed`;
    this.findings.add({ code: 'contradicts_checkpoint', checkpoint: number, seq, detail });
  }
}

const explained: Readonly<Record<Flaw, string>> = {
  edited: 'does not match its hash', gap: 'does not follow the previous event', fork: 'has the same version as another event',
};
