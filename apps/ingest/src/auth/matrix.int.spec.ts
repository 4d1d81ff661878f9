import { covers, scopes, type Scope } from '@alloy/contracts';
import { bootstrap } from '@alloy/ledger';
import { startTestIngest, sha256, type TestIngest } from '../testing/test-ingest';
import { routesOf, type Route } from '../testing/routes';

const tokenOf = (scope: Scope): string => `a-token-that-may-${scope}`;

/** The token of an administrator of one project. */
const KEEPER = 'the-token-of-the-shopkeeper';

let ingest: TestIngest;
let routes: readonly Route[];
beforeAll(async () => {
  ingest = await startTestIngest();
  for (const scope of scopes)
    await bootstrap({
      databaseUrl: ingest.database.url, user: scope, project: 'shop',
      tokenSha256: sha256(tokenOf(scope)),
      tokenScope: scope,
      tokenProjects: ['*'],
    });
  await bootstrap({ databaseUrl: ingest.database.url, user: 'keeper', project: 'shop', tokenSha256: sha256(KEEPER), tokenScope: 'admin' });
  routes = routesOf(ingest.app);
});
afterAll(() => ingest?.close());

/**
 * Parameters have values that do not exist, so an accepted request finds nothing. Streams are closed after their first
 * byte.
 */
async function call({ method, path }: Route, token: string | null): Promise<{ readonly status: number; readonly code: unknown }> {
  const headers = { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const answer = await fetch(`http://127.0.0.1:${ingest.port}${path.replaceAll(/:\w+/g, 'nowhere')}`, {
    method,
    headers,
    ...(method === 'GET' ? {} : { body: '{}' }),
  });
  if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) {
    await answer.body?.cancel();
    return { status: answer.status, code: undefined };
  }
  return { status: answer.status, code: ((await answer.json()) as { code: unknown }).code };
}

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

describe('route × scope', () => {
  it('finds the routes', () =>
    expect(routes.map(nameOf)).toEqual(
      expect.arrayContaining(['POST /api/webhook/deploy', 'GET /api/v1/releases/:id', 'GET /livez', 'GET /health']),
    ));

  it('has a requirement for every route', () => expect(routes.filter(({ need }) => need === undefined).map(nameOf)).toEqual([]));

  it('opens only health, metrics and the description of the API to all clients', () => {
    expect(
      routes
        .filter(({ need }) => need === 'nothing')
        .map(nameOf)
        .sort(),
    ).toEqual([
      'GET /docs', 'GET /health', 'GET /livez', 'GET /metrics', 'GET /openapi.json', 'GET /readyz', 'GET /schemas/project.v1.json',
    ]);
  });

  it('refuses all changes to a token that may only read', () => {
    expect(routes.filter(({ method, need }) => method !== 'GET' && (need === 'read' || need === 'nothing')).map(nameOf)).toEqual([]);
  });

  it('refuses routes that concern all of Alloy to an administrator of one project', async () => {
    const wide = routes.filter(({ isWide }) => isWide);
    expect(wide.map(nameOf)).toEqual(
      expect.arrayContaining([
        'POST /api/v1/projects', 'GET /api/v1/users', 'DELETE /api/v1/users/:id',
        'POST /api/v1/projections/:name/rebuild', 'GET /api/v1/audit/verify',
      ]),
    );
    for (const route of wide)
      expect([nameOf(route), await call(route, KEEPER)]).toEqual([nameOf(route), { status: 403, code: 'forbidden_project' }]);
  });

  it('accepts exactly the tokens whose scope covers the requirement', async () => {
    const closed = routes.filter(({ need }) => need !== 'nothing');
    expect(closed.length).toBeGreaterThan(5);
    for (const route of closed) {
      expect([nameOf(route), await call(route, null)]).toEqual([nameOf(route), { status: 401, code: 'unauthorized' }]);
      for (const scope of scopes) {
        const { status, code } = await call(route, tokenOf(scope));
        const isIn = status !== 401 && code !== 'forbidden_scope';
        expect([nameOf(route), scope, isIn]).toEqual([nameOf(route), scope, covers(scope, route.need as Scope)]);
      }
    }
  });
});
