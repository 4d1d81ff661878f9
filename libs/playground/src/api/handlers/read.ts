import type { PlaygroundObject } from '../../objects';
import type { Selector } from '../../store';
import { storeKey } from '../event-alias';
import { sendJson, type Exchange } from '../exchange';
import { represent, representList } from '../representation';
import { parseFieldSelector } from '../selectors/field-selector';
import { parseLabelSelector } from '../selectors/label-selector';
import { ApiError, badRequest, expired, notFound } from '../status';
import type { Target } from '../target';

/** The target's object; 404 if there is none. */
export function findObject({ store }: Exchange, { type, namespace, name = '' }: Target): PlaygroundObject {
  const object = store.get({ resource: storeKey(type), namespace, name });
  if (!object) throw notFound(type, name);
  return object;
}

export const getObject = (exchange: Exchange, target: Target): void =>
  sendJson(exchange.response, 200, represent(exchange, target.type, findObject(exchange, target)));

/** Label and field selectors of a request as one predicate. */
export function selectorOf({ url }: Exchange, { type, name }: Target): Selector {
  const labels = parseLabelSelector(url.searchParams.get('labelSelector') ?? '');
  const fields = parseFieldSelector(url.searchParams.get('fieldSelector') ?? '', type.kind);
  return (object) => labels(object.metadata.labels) && fields(object) && (name === undefined || object.metadata.name === name);
}

interface Continue {
  readonly version: number;
  readonly after: string;
}

/** Lists objects, paginated with `limit`; later pages show live objects with the first page's version. */
export function listObjects(exchange: Exchange, target: Target): void {
  const { store, url, response } = exchange;
  const asked = Number(url.searchParams.get('resourceVersion') ?? '0');
  if (asked > store.resourceVersion) throw tooLarge(asked, store.resourceVersion);
  if (url.searchParams.get('resourceVersionMatch') === 'Exact' && asked !== store.resourceVersion)
    throw expired('The resourceVersion for the provided list is too old.');
  const token = readContinue(url.searchParams.get('continue'));
  const all = store
    .list(storeKey(target.type), target.namespace, selectorOf(exchange, target))
    .filter((object) => token === undefined || keyOf(object) > token.after);
  const limit = Number(url.searchParams.get('limit') ?? '0') || all.length;
  const page = all.slice(0, limit);
  const version = token?.version ?? store.resourceVersion;
  const last = page.at(-1);
  const more =
    last && all.length > page.length
      ? { continue: writeContinue({ version, after: keyOf(last) }), remainingItemCount: all.length - page.length }
      : {};
  sendJson(response, 200, representList(exchange, target.type, page, { resourceVersion: String(version), ...more }));
}

export const tooLarge = (asked: number, live: number): ApiError =>
  new ApiError(504, 'Timeout', `Too large resource version: ${asked}, current: ${live}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

const keyOf = ({ metadata }: PlaygroundObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const writeContinue = (token: Continue): string => Buffer.from(JSON.stringify(token)).toString('base64url');

function readContinue(text: string | null): Continue | undefined {
  if (text === null || text === '') return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Continue;
  } catch {
    throw badRequest('continue key is not valid');
  }
}
