import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot, Store } from './store';

const DEBOUNCE_MS = 100;
// What a killed playground may have handed out and not written; versions and ids are never used twice.
const SKIPPED_AFTER_RESTART = 1_000;

/** Writes a file so that a reader, or the next start, sees the old or the new content and nothing between; mode 0600. */
export function writeAtomically(path: string, content: string): void {
  writeFileSync(`${path}.tmp`, content, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

/** Loads what an earlier run kept under `home`, and keeps the store's objects there from now on; call the result to write the last state and stop. */
export function persist(store: Store, home: string): () => void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const path = join(home, 'objects.json');
  if (existsSync(path)) {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Snapshot;
    store.restore({ ...kept, resourceVersion: kept.resourceVersion + SKIPPED_AFTER_RESTART, idsDrawn: kept.idsDrawn + SKIPPED_AFTER_RESTART });
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
