import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, exitTexts } from '../exit-codes';
import { isGroup, type Verb } from '../verb';
import { alloy } from '../testing/alloy';
import { registry } from './registry';

const docs = join(__dirname, '../../../../docs');
const { paths } = JSON.parse(readFileSync(join(docs, 'openapi.json'), 'utf8')) as {
  paths: Record<
    string,
    Record<
      string,
      { parameters?: { name: string }[]; requestBody?: { content: Record<string, { schema: { properties: Record<string, unknown> } }> } }
    >
  >;
};

let verbs: { readonly path: readonly string[]; readonly verb: Verb }[];
beforeAll(async () => {
  const loaded = await Promise.all(Object.entries(registry).map(async ([name, load]) => ({ name, verb: (await load()).verb })));
  expect(loaded.map(({ verb }) => verb.name)).toEqual(loaded.map(({ name }) => name));
  verbs = loaded.flatMap(({ verb }) =>
    isGroup(verb) ? verb.verbs.map((one) => ({ path: [verb.name, one.name], verb: one })) : [{ path: [verb.name], verb }],
  );
});

const operation = (route: string) => {
  const [method = '', path = ''] = route.split(' ');
  return paths[path]?.[method.toLowerCase()];
};
/** A plan is a POST because its body is large; it changes nothing. */
const isRead = (route: string): boolean => route.startsWith('GET ') || route === 'POST /api/v1/plans';

describe('every verb', () => {
  it('is one of the expected verbs', () => {
    expect(verbs.map(({ path }) => path.join(' ')).sort()).toEqual([
      'abort', 'audit verify', 'completion', 'deploy', 'events export', 'events list', 'get projects', 'get release',
      'get releases', 'get stable', 'history', 'hold lift', 'hold set',
      'login', 'metrics inspect', 'pause', 'plan', 'project apply', 'project create',
      'project edit', 'project get', 'project init', 'project lint', 'project rbac', 'project release', 'projections list',
      'projections rebuild',
      'promote', 'replay', 'resume', 'retry', 'rollback', 'status', 'token create', 'token list', 'token revoke',
      'version', 'watch', 'window',
    ]);
  });

  it('uses routes of the API', () => {
    for (const { path, verb } of verbs)
      for (const route of verb.routes)
        expect({ verb: path.join(' '), route, is: operation(route) !== undefined }).toEqual({ verb: path.join(' '), route, is: true });
  });

  it('declares that it changes something, and then takes a reason, like its route', () => {
    for (const { path, verb } of verbs) {
      const writes = verb.routes.filter((route) => !isRead(route));
      expect({ verb: path.join(' '), mutating: verb.mutating }).toEqual({ verb: path.join(' '), mutating: writes.length > 0 });
      for (const route of writes) {
        const { parameters = [], requestBody } = operation(route)!;
        const taken = [
          ...parameters.map(({ name }) => name),
          ...Object.keys(requestBody?.content['application/json']?.schema.properties ?? {}),
        ];
        expect({ route, taken }).toEqual({ route, taken: expect.arrayContaining(['reason']) });
      }
    }
  });

  it('has a help with an example, its routes and its exit codes', async () => {
    for (const { path, verb } of verbs) {
      const { code, out } = await alloy([...path, '--help']);
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`Example:\\n[^]*alloy ${path[0]}`));
      for (const line of verb.example.split('\n')) expect(out).toContain(`  ${line}`);
      for (const [option] of verb.example.matchAll(/(?<= )--?[a-z][a-z-]*/g))
        expect({ path, out: out.includes(` ${option}`) || out.includes(`${option},`) }).toEqual({ path, out: true });
      for (const route of verb.routes) expect(out).toContain(`  ${route}\n`);
      if (verb.routes.length === 0) expect(out).toContain('Works offline.');
      if (verb.mutating) expect(out).toContain('--reason <text>');
      for (const exit of [0, 1, 2, ...(verb.exits ?? []), 130] as const)
        expect(out).toContain(`${String(exit).padStart(5)}  ${exitTexts[exit]}`);
    }
  });

  it('supports every format of -o, except those of docs/adr/0022', async () => {
    const fewer = Object.fromEntries(verbs.flatMap(({ path, verb }) => (verb.formats ? [[path.join(' '), verb.formats]] : [])));
    expect(fewer).toEqual({ completion: [], 'events export': [], 'token create': ['json', 'yaml'] });
    const adr = readFileSync(join(docs, 'adr/0022-forms-of-output.md'), 'utf8');
    for (const name of Object.keys(fewer)) expect(adr).toContain(`\`${name}\``);
  });

  it('is listed in the help of alloy', async () => {
    const { out } = await alloy(['--help']);
    for (const name of Object.keys(registry)) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
  });
});

it('docs/guides/cli.md lists the same exit codes', () => {
  const guide = readFileSync(join(docs, 'guides/cli.md'), 'utf8');
  const output = [...guide.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, code, text]) => [Number(code), text]);
  expect(output).toEqual(Object.values(exitCodes).map((code) => [code, exitTexts[code]]));
});

it('docs/guides/cli.md lists every verb', () => {
  const guide = readFileSync(join(docs, 'guides/cli.md'), 'utf8');
  for (const { path } of verbs)
    expect(guide).toMatch(
      new RegExp(
        `\`(alloy )?${path
          .join(' ')
          .replace('events list', 'events')
          .replace(/projections \w+/, 'projections')}[ \`]`,
      ),
    );
});
