import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { StoredEvent } from '@alloy/contracts';
import { z } from 'zod';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { unreadable } from '../files/read-text';
import type { Io } from '../io';

/** Required fields of an event; other fields are kept unchanged, because the hash covers all of them. */
const envelope = z.looseObject({
  stream: z.string(),
  version: z.number().int(),
  id: z.string(),
  type: z.string(),
  schema: z.number().int(),
  family: z.string(),
  project: z.string(),
  environment: z.string(),
  actor: z.object({ kind: z.string(), id: z.string() }),
  correlationId: z.string(),
  causationId: z.string().nullable(),
  traceparent: z.string().nullable(),
  occurredAt: z.string(),
  hash: z.string(),
  data: z.unknown(),
});

/**
 * The events of an export, line by line, of any size; `-` is stdin. Throws `CliError` with the number of an invalid
 * line.
 */
export async function* readExport(file: string, io: Pick<Io, 'cwd' | 'stdin'>): AsyncGenerator<StoredEvent> {
  let number = 0;
  for await (const line of file === '-' ? linesOf(io.stdin) : linesOfFile(file, resolve(io.cwd, file))) {
    number += 1;
    if (line.trim() !== '') yield eventOf(line, `line ${number} of ${file === '-' ? 'stdin' : file}`);
  }
}

function eventOf(line: string, position: string): StoredEvent {
  try {
    const event: unknown = JSON.parse(line);
    if (envelope.safeParse(event).success) return event as StoredEvent;
  } catch {
    // Reported below, like valid JSON that is not an event.
  }
  throw new CliError('not_an_export', exitCodes.usage, `${position} is not an event as \`alloy events export\` writes it`);
}

async function* linesOfFile(name: string, path: string): AsyncGenerator<string> {
  try {
    const handle = await open(path);
    try {
      yield* handle.readLines({ autoClose: false });
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw unreadable(name, error);
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}
