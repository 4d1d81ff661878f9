import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const VERSION = '2.11.6';

/** SHA-256 of the release's archives, as pinned by the official image. */
const CHECKSUMS: Readonly<Record<string, string>> = {
  'linux-amd64': '5e5272dd1bdb8da020aedc8cf883fb26c128441809a992f156e0b1ccb28ac5b7',
  'linux-arm64': '4fe3c40bddc58e31012f55865df0dcd24012995d2893a4d64a0ae5cb147d7a36',
};

/** Gets nats-server once and puts it at `target`; gives why each way failed if none worked. */
export async function fetchServer(target: string): Promise<readonly string[] | undefined> {
  const failures: string[] = [];
  for (const [name, way] of Object.entries({ 'GitHub release': fromRelease, 'apt-get download': fromDebian, 'go install': fromGo })) {
    const work = mkdtempSync(join(tmpdir(), 'alloy-nats-'));
    try {
      install(await way(work), target);
      return undefined;
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    } finally {
      // Go's module cache is read-only.
      await run('chmod', ['-R', 'u+w', work]).catch(() => undefined);
      rmSync(work, { recursive: true, force: true });
    }
  }
  return failures;
}

function install(found: string, target: string): void {
  mkdirSync(join(target, '..'), { recursive: true });
  const fresh = `${target}.${process.pid}`;
  copyFileSync(found, fresh);
  chmodSync(fresh, 0o755);
  renameSync(fresh, target);
}

async function fromRelease(work: string): Promise<string> {
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const expected = CHECKSUMS[platform];
  if (!expected) throw new Error(`no pinned checksum for ${platform}`);
  const name = `nats-server-v${VERSION}-${platform}`;
  const answer = await fetch(`https://github.com/nats-io/nats-server/releases/download/v${VERSION}/${name}.tar.gz`, { signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const archive = Buffer.from(await answer.arrayBuffer());
  if (createHash('sha256').update(archive).digest('hex') !== expected) throw new Error('the checksum is wrong');
  writeFileSync(join(work, 'archive.tar.gz'), archive);
  await run('tar', ['-xzf', 'archive.tar.gz'], { cwd: work });
  return join(work, name, 'nats-server');
}

async function fromDebian(work: string): Promise<string> {
  await run('apt-get', ['download', 'nats-server'], { cwd: work, timeout: 60_000 });
  const archive = readdirSync(work).find((file) => file.endsWith('.deb'));
  if (!archive) throw new Error('nothing was downloaded');
  await run('dpkg', ['-x', archive, 'root'], { cwd: work });
  return join(work, 'root', 'usr', 'sbin', 'nats-server');
}

async function fromGo(work: string): Promise<string> {
  await run('go', ['install', `github.com/nats-io/nats-server/v2@v${VERSION}`], { env: { ...process.env, GOBIN: work, GOFLAGS: '-trimpath' }, timeout: 600_000 });
  return join(work, 'nats-server');
}
