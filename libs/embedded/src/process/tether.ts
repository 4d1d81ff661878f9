import { spawn } from 'node:child_process';

/** Ends `pid` when this process ends, even by SIGKILL. Returns a function that removes this link. */
export function tether(pid: number, signal: 'INT' | 'TERM' | 'KILL' = 'INT'): () => void {
  // The pipe closes with this process; then `cat` ends and the signal is sent.
  const guard = spawn('sh', ['-c', `cat >/dev/null; kill -${signal} ${pid} 2>/dev/null`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  const pipe = guard.stdin as typeof guard.stdin & { unref?: () => void };
  pipe.unref?.();
  return () => {
    if (guard.pid) guard.kill('SIGKILL');
  };
}
