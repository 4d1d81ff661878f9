import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { NewEvent, StoredEvent } from '@alloy/contracts';
import { digestOf, keyIdOf, signCheckpoint, type SignedCheckpoint } from '../checkpoint';
import { chainHash } from '../hash';
import { noHead } from '../head';
import { StreamHeads } from '../stream-heads';

/** An in-memory log for tests: ordered events and checkpoints over them. */
export class ALog {
  readonly key: KeyObject = generateKeyPairSync('ed25519').privateKey;
  readonly events: StoredEvent[] = [];
  readonly checkpoints: SignedCheckpoint[] = [];
  private readonly heads = new StreamHeads();

  get keys(): ReadonlyMap<string, KeyObject> {
    return new Map([[keyIdOf(this.key), this.key]]);
  }

  append(stream: string, count = 1): this {
    for (let n = 0; n < count; n += 1) {
      const event = chained({ data: { n: this.events.length + 1 } }, stream, this.heads.of(stream));
      this.events.push(event);
      this.heads.move(stream, event);
    }
    return this;
  }

  /** Signs a checkpoint over the events so far. */
  sign(): this {
    const { streams } = this.heads;
    const at = new Date(Date.UTC(2026, 0, 1, 0, this.checkpoints.length)).toISOString();
    const checkpoint = {
      number: this.checkpoints.length + 1,
      seq: this.events.length,
      streams,
      root: this.heads.root(),
      at,
      previous: digestOf(this.checkpoints.at(-1)),
      key: keyIdOf(this.key),
    };
    this.checkpoints.push(signCheckpoint(checkpoint, this.key));
    return this;
  }
}

/** An event that follows `previous` in its stream. */
export function chained(
  fields: Partial<NewEvent>,
  stream = 's-1',
  previous: { readonly version: number; readonly hash: string } = noHead,
): StoredEvent {
  const version = previous.version + 1;
  const event = {
    stream, version, occurredAt: '2026-01-01T00:00:00.000Z',
    id: `0190a1b2-0000-7000-8000-00000000000${version}`,
    type: 'SomethingHappened',
    schema: 1,
    family: 'intent' as const,
    project: 'shop',
    environment: 'production',
    actor: { kind: 'user' as const, id: 'demo' },
    correlationId: '1',
    causationId: null,
    traceparent: null,
    data: {},
    ...fields,
  };
  return { ...event, hash: chainHash(previous.hash, event) };
}
