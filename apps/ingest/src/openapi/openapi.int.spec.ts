import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestIngest, type TestIngest } from '../testing/test-ingest';
import { routesOf, type Route } from '../testing/routes';
import { operations } from './operations';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

describe('the description of the API', () => {
  it('has exactly the existing routes, with their required scopes', () => {
    const described = Object.entries(operations).map(([name, { needs }]) => `${name}: ${needs}`);
    expect(described.sort()).toEqual(routesOf(ingest.app).map((route) => `${nameOf(route)}: ${route.need}`).sort());
  });

  it('has a schema for every JSON response', () => {
    const mute = Object.entries(operations).filter(
      ([
        name,
        {
          answer: [status, , schema],
          produces = ['application/json'],
        },
      ]) => status !== 204 && name !== 'GET /openapi.json' && !produces.every((type) => type.startsWith('text/')) && schema === undefined,
    );
    expect(mute.map(([name]) => name)).toEqual([]);
  });

  it('is the same as the committed docs/openapi.json (ALLOY_RECORD_SCHEMA=1 writes it)', async () => {
    const { json, type } = await ingest.call('/openapi.json', { token: null });
    expect(type).toMatch(/^application\/json/);
    const file = join(__dirname, '../../../../docs/openapi.json');
    if (process.env['ALLOY_RECORD_SCHEMA'] === '1') await writeFile(file, `${JSON.stringify(json, null, 2)}\n`);
    const committed = await readFile(file, 'utf8');
    expect(json).toEqual(JSON.parse(committed));
    expect(json).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/api/v1/releases/{id}/promote': {
          post: {
            'x-scope': 'operate',
            requestBody: {
              content: {
                'application/json': { schema: { properties: { full: { type: 'boolean', default: false } }, additionalProperties: false } },
              },
            },
          },
        },
      },
    });
  });

  it('lists exactly the methods of each path; any other gets 405 with these methods in Allow', async () => {
    const described = Object.keys(operations).map((name) => name.split(' ') as [string, string]);
    for (const path of new Set(described.map(([, one]) => one))) {
      const methods = described.filter(([, one]) => one === path).map(([method]) => method);
      const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort();
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((one) => !methods.includes(one))) {
        const answer = await fetch(`http://127.0.0.1:${ingest.port}${path.replaceAll(/:\w+/g, 'any')}`, { method });
        expect([method, path, answer.status, answer.headers.get('allow')?.split(', ').sort()]).toEqual([
          method,
          path,
          method === 'OPTIONS' ? 204 : 405,
          allow,
        ]);
      }
    }
  });

  it('includes the JSON Schema of a project, as committed, without a token', async () => {
    const { status, json, type } = await ingest.call('/schemas/project.v1.json', { token: null });
    expect([status, type]).toEqual([200, 'application/schema+json; charset=utf-8']);
    expect(json).toEqual(JSON.parse(await readFile(join(__dirname, '../../../../docs/schemas/project.v1.json'), 'utf8')));
  });

  it('is served as a page without scripts', async () => {
    const { status, type, text } = await ingest.call('/docs', { token: null });
    expect({ status, type }).toEqual({ status: 200, type: 'text/html; charset=utf-8' });
    for (const name of Object.keys(operations)) expect(text).toContain(name.replaceAll(/:(\w+)/g, '{$1}'));
    expect(text).not.toContain('<script');
  });
});
