import { readFileSync } from 'node:fs';

/**
 * Sends SIGTERM to this process once npm, or the launcher of runtime.mjs, has been killed: then no user is left to
 * press Ctrl-C.
 * npm runs a shell that runs this process or its launcher. Does nothing if the process was started by neither.
 */
export function stopWithParents() {
  const hasLauncher = process.env.ALLOY_LAUNCHER === String(process.ppid);
  const generations = (process.env.npm_lifecycle_event ? 2 : 0) + (hasLauncher ? 1 : 0);
  if (generations === 0) return;
  const before = ancestors(generations).join();
  const timer = setInterval(() => {
    if (ancestors(generations).join() === before) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 1_000);
  timer.unref();
}

/** Pids of the parent, its parent, and so on. */
function ancestors(generations) {
  const pids = [process.ppid];
  while (pids.length < generations) pids.push(parentOf(pids[pids.length - 1]));
  return pids;
}

function parentOf(pid) {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8').match(/^PPid:\s+(\d+)/m)?.[1];
  } catch {
    return undefined;
  }
}
