import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alloy } from '../testing/alloy';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alloy-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('project', () => {
  const shop = {
    id: 'shop',
    createdAt: '2025-12-31T22:00:00.000Z',
    policies: {
      production: {
        namespace: 'shop',
        whenBusy: 'queue',
        stages: [{ weight: 50, duration: 60 }],
        analysis: { mode: 'metrics', minRequests: 50 },
      },
    },
  };
  const routes = {
    'GET /api/v1/projects/shop': () => shop,
    'PATCH /api/v1/projects/shop': () => shop,
    'POST /api/v1/projects': () => shop,
  };

  it('is created with the policy of a file, which is validated first', async () => {
    writeFileSync(join(folder, 'policy.yaml'), 'namespace: shop\nstages: [{weight: 50, duration: 60}]\n');
    const { code, asked } = await alloy(['project', 'create', 'shop', '-f', 'policy.yaml', '--reason', 'new'], routes, { cwd: folder });
    expect(code).toBe(0);
    expect(asked[0]!.body).toEqual({
      id: 'shop',
      environment: 'production',
      policy: { namespace: 'shop', stages: [{ weight: 50, duration: 60 }] },
      reason: 'new',
    });
    writeFileSync(join(folder, 'policy.yaml'), 'namspace: shop\nstages: [{weight: 50, duration: 60}, {weight: 20, duration: 60}]\n');
    const bad = await alloy(['project', 'create', 'shop', '-f', 'policy.yaml'], routes, { cwd: folder });
    expect(bad).toMatchObject({ code: 2, asked: [] });
    expect(bad.err).toContain('stages: weights must not decrease');
    expect(bad.err).toContain('namspace: unknown key; did you mean namespace?');
  });

  it('is linted without a server', async () => {
    const lint = (stdin: string, ...more: string[]) =>
      alloy(['project', 'lint', '-', ...more], {}, { stdin, env: { ALLOY_URL: undefined } });
    expect(await lint('namespace: shop')).toMatchObject({ code: 0, out: '' });
    expect(await lint('analysis: {maxErrorRate: 2}')).toMatchObject({ code: 2, out: expect.stringMatching(/^stdin:1:26: analysis.maxErrorRate: /) });
    expect(await lint('- a list')).toMatchObject({ code: 2, out: 'stdin:1:1: a policy must be an object\n' });
    expect(await lint('a: [')).toMatchObject({ code: 2 });
    expect(await lint('a: &a [1]\nb: *a')).toMatchObject({ code: 2, out: expect.stringContaining('Alias') });
    expect(await lint('namspace: shop', '-o', 'name')).toMatchObject({ code: 2, out: 'namspace\n' });
    expect(await lint('namspace: shop', '-o', 'wide')).toMatchObject({
      code: 2,
      out: expect.stringMatching(/^AT +PATH +FAULT\n1:1 +namspace +unknown key; did you mean namespace\?\n$/),
    });
    expect(JSON.parse((await lint('namespace: shop', '-o', 'json')).out)).toMatchObject({
      faults: [],
      policy: { namespace: 'shop', whenBusy: 'latestOnly' },
    });
  });

  it('is changed by --set', async () => {
    const { code, asked } = await alloy(
      [
        'project', 'edit', 'shop', '--set', 'analysis.maxErrorRate=0.02', '--set', 'analysis.minRequests=null', '--set',
        'whenBusy=reject', '--reason', 'noisy',
      ],
      routes,
    );
    expect(code).toBe(0);
    expect(asked).toMatchObject([
      {
        method: 'PATCH',
        body: {
          environment: 'production',
          policy: { analysis: { maxErrorRate: 0.02, minRequests: null }, whenBusy: 'reject' },
          reason: 'noisy',
        },
      },
    ]);
  });

  it('is changed in an editor, and only the difference is sent', async () => {
    const editor = (change: (text: string) => string) => async (command: string, args: readonly string[]) => {
      expect([command, ...args.slice(0, -1)]).toEqual(['my-editor', '--wait']);
      writeFileSync(args.at(-1)!, change(readFileSync(args.at(-1)!, 'utf8')));
      return 0;
    };
    const edit = (change: (text: string) => string) =>
      alloy(['project', 'edit', 'shop'], routes, { isTTY: true, env: { EDITOR: 'my-editor --wait' }, runForeground: editor(change) });
    const changed = await edit((text) => text.replace('whenBusy: queue\n', '').replace('minRequests: 50', 'minRequests: 10'));
    expect(changed.asked.at(-1)).toMatchObject({ method: 'PATCH', body: { policy: { whenBusy: null, analysis: { minRequests: 10 } } } });
    expect(await edit((text) => text)).toMatchObject({ code: 0, err: 'nothing was changed\n', asked: [{ method: 'GET' }] });
    const bad = await edit(() => 'stags: 1');
    expect(bad).toMatchObject({ code: 2, asked: [{ method: 'GET' }] });
    const [, kept] = /^alloy: (\S+policy\.yaml) is not a valid policy/.exec(bad.err) ?? [];
    expect(readFileSync(kept!, 'utf8')).toBe('stags: 1');
    rmSync(join(kept!, '..'), { recursive: true });
  });

  it('requires a terminal or the changes as options', async () => {
    expect(await alloy(['project', 'edit', 'shop'], routes)).toMatchObject({ code: 2, err: expect.stringContaining('--set or -f') });
  });
});

describe('token', () => {
  const made = {
    id: '0199d2a4', name: 'ci', user: 'demo', scope: 'deploy',
    projects: ['shop'],
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: null,
    lastUsedAt: null,
  };

  it('is printed once, alone on stdout', async () => {
    const { code, out, err, asked } = await alloy(
      ['token', 'create', '--project', 'shop', '--name', 'ci', '--expires', '90d', '--reason', 'pipeline'],
      { 'POST /api/v1/tokens': () => ({ ...made, token: 'alloy_new' }) },
    );
    expect({ code, out }).toEqual({ code: 0, out: 'alloy_new\n' });
    expect(err).toContain('alloy token revoke 0199d2a4');
    expect(err).not.toContain('alloy_new');
    expect(asked[0]!.body).toEqual({
      projects: ['shop'],
      scope: 'deploy',
      name: 'ci',
      expiresAt: '2026-04-01T00:00:00.000Z',
      reason: 'pipeline',
    });
  });

  it('is listed and revoked by its id', async () => {
    expect((await alloy(['token', 'list'], { 'GET /api/v1/tokens': () => ({ items: [made], nextCursor: null }) })).out).toContain(
      '0199d2a4   ci     demo   deploy   shop',
    );
    const { code, asked } = await alloy(['token', 'revoke', '0199d2a4', '--reason', 'lost'], {
      'DELETE /api/v1/tokens/0199d2a4': () => new Response(null, { status: 204 }),
    });
    expect({ code, query: asked[0]!.query }).toEqual({ code: 0, query: { reason: 'lost' } });
  });
});
