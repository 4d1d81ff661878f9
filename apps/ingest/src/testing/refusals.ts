import { base64 } from './deploy-body';
import type { Answer } from './answer';
import type { Door } from './door';

/** What every bad value of a row carries, and so must not be told. */
export const CANARY = 'canary-bird';

/** A line of bad input, and what it gets. */
export interface BadInput {
  readonly what: string;
  /** What has to be so before; it may append. Default: nothing. */
  given?(door: Door): Promise<unknown>;
  send(door: Door): Promise<Answer>;
  readonly status: number;
  /** Undefined: a refusal without a body, as `HEAD` gets it. */
  readonly code: string | undefined;
  /** JSON pointer to the culprit; undefined: the refusal is of the request as a whole. */
  readonly pointer?: string;
}

/** What is promised of bad input, in the promise's words, each with the rows that show it. */
export type Lines = Readonly<Record<string, readonly BadInput[]>>;

/** A webhook's body that is refused; a string is sent as it is. */
export const deployed = (what: string, content: () => unknown, status: number, code: string, pointer: string): BadInput => ({ what, status, code, pointer, send: (door) => door.deploy(content()) });

/** Each row is refused as it says, as problem+json, with nothing appended, sealed or begun, and no value told: not in the answer, not in the log. */
export function refuses(door: () => Door, rows: readonly BadInput[]): void {
  it.each(rows.map((row) => [row.what, row.status, row.code ?? 'without a body', row] as const))('%s: %i %s', async (_what, _status, _code, row) => {
    await row.given?.(door());
    const before = await kept(door());
    const logged = door().lines.length;
    const answer = await row.send(door());
    expectRefusal(answer, row);
    const told = answer.text + door().lines.slice(logged).join('');
    for (const value of [CANARY, base64(CANARY).slice(0, -2)]) expect(told).not.toContain(value);
    expect(await kept(door())).toEqual(before);
  });
}

function expectRefusal(answer: Answer, { status, code, pointer }: BadInput): void {
  expect(answer.status).toBe(status);
  expect(answer.type).toMatch(/^application\/problem\+json/);
  if (code === undefined) return expect(answer.text).toBe('');
  expect(answer.json).toMatchObject({ status, code, type: `urn:alloy:problem:${code}` });
  expect(answer.json.pointer).toBe(pointer);
}

/** What no refusal may change. Only a release's events bring anybody to touch the cluster, and ingest itself knows none. */
async function kept(door: Door): Promise<unknown> {
  const { rows } = await door.ledger.pool.query('SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM release) AS releases, (SELECT count(*) FROM slot) AS slots, (SELECT count(*) FROM artifact) AS artifacts');
  return rows;
}
