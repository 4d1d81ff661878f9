import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot, Store } from './store';

const DEBOUNCE_MS = 100;
// A killed playground may have issued versions and ids without storing them; they must not be reused.
const SKIPPED_AFTER_RESTART = 1_000;

/** Writes a file atomically; mode 0600. */
export function writeAtomically(path: string, content: string): void {
  writeFileSync(`${path}.tmp`, content, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

/**
 * Loads the state of an earlier run from `home`, and stores changes there; the returned function writes the last state
 * and stops.
 */
export function persist(store: Store, home: string): () => void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const path = join(home, 'objects.json');
  if (existsSync(path)) {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Snapshot;
    store.restore({
      ...kept,
      resourceVersion: kept.resourceVersion + SKIPPED_AFTER_RESTART,
      idsDrawn: kept.idsDrawn + SKIPPED_AFTER_RESTART,
    });
  }
  const write = (): void => writeAtomically(path, JSON.stringify(store.snapshot()));
  let timer: NodeJS.Timeout | undefined;
  const unsubscribe = store.watch(undefined, () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      write();
    }, DEBOUNCE_MS);
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
    write();
  };
}
