import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Placed } from './check-references';
import { checkBytes, checkCount } from './check-sizes';
import { at, done, refuse, type Result } from './finding';
import { readFile } from './read-file';

type Read = Result<readonly Placed[]>;

/** Maximum number of characters of all cached files. */
const MAX_KEPT = 2 * 1024 * 1024;

interface Kept {
  readonly objects: readonly Placed[];
  readonly length: number;
}

/**
 * Reads the files of requests. Consecutive releases share most files, and parsing YAML is most of a request's work:
 * the most recently used files are cached, frozen, by their digest; never a file with a Secret.
 */
@Injectable()
export class KnownFiles {
  private readonly kept = new Map<string, Kept>();
  private length = 0;

  /** All objects of all files, or all faults of all files. */
  read(files: Readonly<Record<string, string>>): Read {
    const tooLarge = checkBytes(files);
    if (tooLarge.length > 0) return refuse(...tooLarge);
    const read = Object.entries(files).map(([name, value]) => this.readOne(value, at('/files', name)));
    const findings = read.flatMap((file) => (file.ok ? [] : file.findings));
    if (findings.length > 0) return refuse(...findings);
    const placed = read.flatMap((file) => (file.ok ? file.value : []));
    const tooMany = checkCount(placed);
    return tooMany.length > 0 ? refuse(...tooMany) : done(placed);
  }

  private readOne(value: string, pointer: string): Read {
    const digest = hash('sha256', `${pointer}\0${value}`, 'base64');
    const kept = this.kept.get(digest);
    if (kept) {
      this.kept.delete(digest);
      this.kept.set(digest, kept);
      return done(kept.objects);
    }
    const read = readFile(value, pointer);
    if (read.ok && !read.value.some(({ object }) => object.kind === 'Secret'))
      this.keep(digest, { objects: deepFrozen(read.value), length: value.length });
    return read;
  }

  /** Evicts the least recently used files; a file that is longer than all of them may be is not cached. */
  private keep(digest: string, file: Kept): void {
    if (file.length > MAX_KEPT) return;
    this.kept.set(digest, file);
    this.length += file.length;
    for (const [oldest, { length }] of this.kept) {
      if (this.length <= MAX_KEPT) return;
      this.kept.delete(oldest);
      this.length -= length;
    }
  }
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) Object.values(Object.freeze(value)).forEach(deepFrozen);
  return value;
}
