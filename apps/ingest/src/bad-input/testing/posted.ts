import { body } from '../../testing/deploy-body';
import type { CallOptions } from '../../testing/test-ingest';
import type { BadInput } from '../../testing/refusals';

export const DEPLOY = '/api/webhook/deploy';
export const JSON_TYPE = { 'content-type': 'application/json' };

/** A valid body in an invalid request. */
export const posted = (what: string, path: string, options: CallOptions, status: number, code: string): BadInput => ({
  what, status, code, send: (ingest) => ingest.call(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body()), ...options }),
});
