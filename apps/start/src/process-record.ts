import { isAlive, stopProcess, type Identity } from '@alloy/embedded';
import { readJson, writeJson } from './json-file';

/** Running processes of this home, stored in a file so that the next start finds them after a kill -9. */
export class ProcessRecord {
  private readonly known: Record<string, Identity>;

  constructor(private readonly file: string) {
    this.known = readJson<Record<string, Identity>>(file) ?? {};
  }

  set(name: string, { pid, startTime }: Identity): void {
    this.known[name] = { pid, startTime };
    writeJson(this.file, this.known);
  }

  delete(name: string): void {
    delete this.known[name];
    writeJson(this.file, this.known);
  }

  /** Stops processes that an earlier supervisor left, except `keep`; returns the stopped names. */
  async stopLeftovers(keep: readonly string[]): Promise<readonly string[]> {
    const left = Object.entries(this.known).filter(([name, identity]) => !keep.includes(name) && isAlive(identity));
    await Promise.all(
      left.map(([name, identity]) => stopProcess(identity, { signal: name === 'postgres' ? 'SIGINT' : 'SIGTERM', graceMs: 5_000 })),
    );
    for (const name of Object.keys(this.known)) if (!keep.includes(name)) this.delete(name);
    return left.map(([name]) => name);
  }
}
