import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { AuditLine } from './audit-counts';

/**
 * The audit log of an API server, which writes a line before each response. It must not be rotated during the
 * measurement.
 */
export class AuditLog {
  constructor(private readonly path: string) {}

  /** The current position in the log: later lines follow it. */
  here(): number {
    return existsSync(this.path) ? statSync(this.path).size : 0;
  }

  /** The lines between two positions. */
  async between(from: number, to = this.here()): Promise<readonly AuditLine[]> {
    const file = await open(this.path);
    const lines: AuditLine[] = [];
    try {
      const input = file.createReadStream({ start: from, end: to - 1, autoClose: false });
      if (to > from) for await (const line of createInterface({ input })) lines.push(JSON.parse(line) as AuditLine);
    } finally {
      await file.close();
    }
    return lines;
  }
}
