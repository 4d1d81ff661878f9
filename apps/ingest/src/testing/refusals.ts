import { base64 } from './deploy-body';
import type { Answer, Door } from './door';

/** What every bad value of a row carries, and so must not be told. */
export const CANARY = 'canary-bird';

/** A line of bad input, and what it gets. */
export interface BadInput {
  readonly what: string;
  /** A string is sent as it is; an answer is what a call of another shape got. */
  send(door: Door): Promise<Answer>;
  readonly status: number;
  readonly code: string;
  /** JSON pointer to the culprit; undefined: the refusal is of the request as a whole. */
  readonly pointer?: string;
}

/** A webhook's body that is refused. */
export const deployed = (what: string, content: () => unknown, status: number, code: string, pointer: string): BadInput => ({ what, status, code, pointer, send: (door) => door.deploy(content()) });

/** Each row is refused as it says, as problem+json, with nothing appended, sealed or begun, and no value told: not in the answer, not in the log. */
export function refuses(door: () => Door, rows: readonly BadInput[]): void {
  it.each(rows.map((row) => [row.what, row.status, row.code, row] as const))('%s: %i %s', async (_what, status, code, { send, pointer }) => {
    const before = await kept(door());
    const logged = door().lines.length;
    const answer = await send(door());
    expect(answer).toMatchObject({ status, json: { status, code, type: `urn:alloy:problem:${code}` } });
    expect(answer.json.pointer).toBe(pointer);
    expect(answer.type).toMatch(/^application\/problem\+json/);
    const told = answer.text + door().lines.slice(logged).join('');
    for (const value of [CANARY, base64(CANARY).slice(0, -2)]) expect(told).not.toContain(value);
    expect(await kept(door())).toEqual(before);
  });
}

/** What no refusal may change. Without a release, nobody touches the cluster. */
async function kept(door: Door): Promise<unknown> {
  const { rows } = await door.ledger.pool.query('SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM release) AS releases, (SELECT count(*) FROM artifact) AS artifacts');
  return rows;
}
