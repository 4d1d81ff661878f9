import { base64 } from './deploy-body';
import type { Answer } from './answer';
import type { TestIngest } from './test-ingest';

/** Part of every invalid value, which no response or log line may contain. */
export const CANARY = 'canary-bird';

/** An invalid request with its expected response. */
export interface BadInput {
  readonly what: string;
  /** Prepares the state; it may append. Default: no action. */
  given?(ingest: TestIngest): Promise<unknown>;
  send(ingest: TestIngest): Promise<Answer>;
  readonly status: number;
  /** Undefined: a refusal without a body, for `HEAD`. */
  readonly code: string | undefined;
  /** JSON pointer to the fault; undefined: the refusal concerns the whole request. */
  readonly pointer?: string;
}

/** The promises about bad input, in their own words, each with its test cases. */
export type Lines = Readonly<Record<string, readonly BadInput[]>>;

/** The body of a webhook that is refused; a string is sent unchanged. */
export const deployed = (what: string, content: () => unknown, status: number, code: string, pointer: string): BadInput => ({
  what, status, code, pointer,
  send: (ingest) => ingest.deploy(content()),
});

/**
 * Tests that each case is refused as declared, as problem+json, without an appended event, a sealed bundle or a started
 * release, and without its values in the response or the log.
 */
export function refuses(ingest: () => TestIngest, rows: readonly BadInput[]): void {
  it.each(rows.map((row) => [row.what, row.status, row.code ?? 'without a body', row] as const))(
    '%s: %i %s',
    async (_what, _status, _code, row) => {
      await row.given?.(ingest());
      const before = await kept(ingest());
      const logged = ingest().lines.length;
      const answer = await row.send(ingest());
      expectRefusal(answer, row);
      const revealed = answer.text + ingest().lines.slice(logged).join('');
      for (const value of [CANARY, base64(CANARY).slice(0, -2)]) expect(revealed).not.toContain(value);
      expect(await kept(ingest())).toEqual(before);
    },
  );
}

function expectRefusal(answer: Answer, { status, code, pointer }: BadInput): void {
  expect(answer.status).toBe(status);
  expect(answer.type).toMatch(/^application\/problem\+json/);
  if (code === undefined) return expect(answer.text).toBe('');
  expect(answer.json).toMatchObject({ status, code, type: `urn:alloy:problem:${code}` });
  expect(answer.json.pointer).toBe(pointer);
}

/**
 * The state that no refusal may change. Only a release's events cause changes in the cluster, which ingest does not
 * access.
 */
async function kept(ingest: TestIngest): Promise<unknown> {
  const { rows } = await ingest.ledger.pool.query(
    `SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM release) AS releases,
      (SELECT count(*) FROM slot) AS slots, (SELECT count(*) FROM artifact) AS artifacts`,
  );
  return rows;
}
