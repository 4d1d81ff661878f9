import { AuditFolder, type AuditReport } from '@alloy/audit';
import { verifyLog } from '@alloy/event-store';
import type { Ledger } from '@alloy/ledger';

/** Injection token; null without a folder of checkpoints. */
export const AUDITOR = Symbol('auditor');

export interface Verified extends AuditReport {
  /** The public keys that verified the checkpoints. */
  readonly keys: ReadonlyArray<{ readonly id: string; readonly pem: string }>;
}

/** Verifies the log, once at a time: concurrent callers get the same result. */
export class Auditor {
  private readonly folder: AuditFolder;
  private running: Promise<Verified> | undefined;

  constructor(private readonly pool: Ledger['pool'], folder: string) {
    this.folder = new AuditFolder(folder);
  }

  verify(): Promise<Verified> {
    this.running ??= this.run().finally(() => (this.running = undefined));
    return this.running;
  }

  private async run(): Promise<Verified> {
    const [keys, file] = [await this.folder.keys(), await this.folder.checkpoints()];
    const report = await verifyLog({ pool: this.pool, keys, file });
    return { ...report, keys: [...keys].map(([id, key]) => ({ id, pem: key.export({ type: 'spki', format: 'pem' }).toString() })) };
  }
}
