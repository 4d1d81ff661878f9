import type { KeyObject } from 'node:crypto';
import { type AuditFolder, digestOf, keyIdOf, signCheckpoint, type SignedCheckpoint, type StreamHeads } from '@alloy/audit';
import { crashPoint } from '@alloy/contracts';
import { Loop } from '@alloy/runtime';
import type { Pool } from 'pg';
import { insertCheckpoint, readCheckpoint, readCheckpoints } from './checkpoint-table';
import { advanceHeads, loadHeads } from './load-heads';

export interface CheckpointerOptions {
  readonly pool: Pool;
  readonly folder: AuditFolder;
  /** The private key. */
  readonly key: KeyObject;
  /** False: another replica signs checkpoints. */
  readonly active: () => boolean;
  readonly onError: (error: unknown) => void;
  /** Minimum time between two checkpoints, by Postgres' clock; default 60 000 ms. */
  readonly everyMs?: number;
  /** Default 5000. */
  readonly pollMs?: number;
}

/** The log differs from the last checkpoint, so no further checkpoint is signed; `verifyLog` reports the changes. */
export class LogContradictsCheckpoint extends Error {
  readonly code = 'log_contradicts_checkpoint';
  constructor(readonly checkpoint: number, why: string) {
    super(`checkpoint ${checkpoint}: ${why}; no further checkpoint is signed`);
    this.name = 'LogContradictsCheckpoint';
  }
}

/**
 * Signs the heads of all streams when there are new events, and stores the checkpoints in the database and in a file.
 * Any number of replicas: each number is assigned once.
 */
export class Checkpointer {
  private readonly loop: Loop;
  private readonly everyMs: number;
  private heads: StreamHeads | undefined;
  /** Size of the file when it last matched the database, and the number of its last checkpoint. */
  private size = -1;
  private inFile = 0;

  constructor(private readonly options: CheckpointerOptions) {
    this.everyMs = options.everyMs ?? 60_000;
    this.loop = new Loop({ step: () => this.round(), intervalMs: options.pollMs ?? 5_000, onError: options.onError });
  }

  /** Idempotent. */
  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** Makes a checkpoint if one is due. Always false: there is no more work immediately. */
  async round(): Promise<boolean> {
    if (!this.options.active()) return false;
    const { pool } = this.options;
    const last = await readCheckpoint(pool);
    const { rows } = await pool.query<{ seq: string; now: Date }>(
      'SELECT coalesce(max(seq), 0) AS seq, clock_timestamp() AS now FROM event_order',
    );
    const seq = Number(rows[0]!.seq);
    const { now } = rows[0]!;
    if (last && now.getTime() - Date.parse(last.at) < this.everyMs) return false;
    await this.completeFile();
    const heads = await this.headsAt(last);
    if (seq > heads.seq) await this.make(heads, seq, now, last);
    return false;
  }

  private async make(heads: StreamHeads, seq: number, now: Date, last: SignedCheckpoint | undefined): Promise<void> {
    const { pool, key } = this.options;
    await advanceHeads(pool, heads, seq);
    const checkpoint = signCheckpoint(
      {
        number: (last?.number ?? 0) + 1,
        seq,
        streams: heads.streams,
        root: heads.root(),
        at: now.toISOString(),
        previous: digestOf(last),
        key: keyIdOf(key),
      },
      key,
    );
    if (!(await insertCheckpoint(pool, checkpoint))) return;
    crashPoint('checkpoint.after-insert');
    await this.completeFile();
  }

  /** The heads as last signed. Throws if they no longer match the log. */
  private async headsAt(last: SignedCheckpoint | undefined): Promise<StreamHeads> {
    const { pool } = this.options;
    const known = this.heads;
    this.heads = undefined;
    const heads = known && known.seq <= (last?.seq ?? 0) ? known : await loadHeads(pool, last?.seq ?? 0);
    await advanceHeads(pool, heads, last?.seq ?? 0);
    if (last && heads.root() !== last.root) throw new LogContradictsCheckpoint(last.number, 'the log differs from the signed one');
    this.heads = heads;
    return heads;
  }

  /**
   * Appends the missing checkpoints to the file. Throws if the file has a checkpoint that the database does not have.
   */
  private async completeFile(): Promise<void> {
    const { pool, folder } = this.options;
    if ((await folder.size()) !== this.size) this.inFile = await this.lastInFile();
    const missing = await readCheckpoints(pool, this.inFile);
    if (missing.length > 0) await folder.add(missing);
    this.inFile = missing.at(-1)?.number ?? this.inFile;
    this.size = await folder.size();
  }

  private async lastInFile(): Promise<number> {
    const last = (await this.options.folder.checkpoints()).at(-1);
    const same = last && (await readCheckpoint(this.options.pool, last.number));
    if (last && digestOf(same) !== digestOf(last))
      throw new LogContradictsCheckpoint(last.number, 'the database does not have the last checkpoint of the file');
    return last?.number ?? 0;
  }
}
