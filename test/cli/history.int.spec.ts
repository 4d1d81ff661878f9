import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../apps/cli/src/run';
import { fakeIo } from '../../apps/cli/src/testing/fake-io';
import { startAuditedIngest, type AuditedIngest } from '../../apps/ingest/src/testing/audited-ingest';
import { body } from '../../apps/ingest/src/testing/deploy-body';
import type { TestIngest } from '../../apps/ingest/src/testing/test-ingest';
import { playRelease } from '../../apps/ingest/src/testing/play-release';
import { eventually } from '../support/eventually';

let audited: AuditedIngest;
let ingest: TestIngest;
let home: string;
let releases: readonly string[];
beforeAll(async () => {
  audited = await startAuditedIngest(2);
  ({ ingest, home, releases } = audited);
});
afterAll(() => audited?.close());

const start = (argv: readonly string[], online = true) => {
  const env = online ? { ALLOY_URL: `http://127.0.0.1:${ingest.port}`, ALLOY_TOKEN: audited.token } : {};
  const fake = fakeIo({ env, cwd: home, ...(online && { fetch }), now: Date.now });
  return { ...fake, ended: run(argv, fake.io) };
};
const alloy = async (...argv: string[]) => {
  const { ended, out, err } = start(argv);
  return { code: await ended, out: out(), err: err(), lines: out().split('\n').filter(Boolean) };
};
/** Runs the CLI without a server and expects no mention of one. */
const offline = async (...argv: string[]) => {
  const { ended, out, err } = start(argv, false);
  return { code: await ended, out: out(), err: err() };
};

describe('alloy events', () => {
  it('prints the log in its order, filtered by actor, type and time', async () => {
    const all = await alloy('events');
    expect(all).toMatchObject({ code: 0, err: '' });
    expect(all.lines[0]).toMatch(new RegExp(`^20\\S+Z  ${releases[0]}  v1    \\S+ +ReleaseRequested +Requested `));
    expect((await alloy('events', '--release', releases[1]!)).lines.every((line) => line.includes(releases[1]!))).toBe(true);
    expect((await alloy('events', '--type', 'ReleasePromoted')).lines).toHaveLength(2);
    expect((await alloy('events', '--actor', 'planner', '--limit', '3')).lines).toHaveLength(3);
    expect((await alloy('events', '--until', '1h')).lines).toEqual([]);
    const [first] = (await alloy('events', '--since', '1h', '-o', 'json')).lines.map((line) => JSON.parse(line));
    expect(first).toMatchObject({ type: 'ReleaseRequested', version: 1, cursor: expect.any(String) });
    expect((await alloy('events', '--from', first.cursor)).lines).toEqual(all.lines.slice(1));
  });

  it('prints the server\'s error when the request is refused, and exits with 2 for an invalid time', async () => {
    expect(await alloy('events', '--type', 'Nothing')).toMatchObject({ code: 6, err: expect.stringContaining('/type/0') });
    expect(await alloy('events', '--since', 'yesterday')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--since must be a time'),
    });
  });

  it('follows the log from any position until Ctrl-C', async () => {
    const last = (await alloy('events', '-o', 'name')).lines.at(-2)!;
    const { ended, out, interrupt } = start(['events', '--follow', '--from', last, '-o', 'json']);
    await eventually(() => expect(out().split('\n')).toHaveLength(2));
    const { json } = await ingest.deploy(body({ strategy: 'rollout' }));
    await eventually(() =>
      expect(JSON.parse(out().split('\n').at(-2)!)).toMatchObject({ type: 'ReleaseRequested', correlationId: json.release_id }),
    );
    await playRelease(ingest, json.release_id);
    interrupt();
    expect(await ended).toBe(130);
  });
});

describe('alloy replay', () => {
  it('prints a release step by step: actor, inputs, decision and reason', async () => {
    const { code, out } = await alloy('replay', releases[1]!);
    expect(code).toBe(0);
    expect(out).toMatch(
      /v\d+ +\+\d+\.\d s {2}ReleasePlanned +planner\n +known +gated, 5 of 5 pods ready in the cluster\n +decided +Planned a rollout with 3 steps \(.*\)\n +because +asked_for by the rule strategy: /,
    );
    expect(out).toMatch(/ReleasePromoted[^]*because +all_steps_done/);
    const wide = (await alloy('replay', releases[1]!, '-o', 'wide')).lines;
    expect(wide[0]).toMatch(/^VERSION +AFTER +EVENT +WHO +STATUS +REASON +WHAT$/);
    expect(wide.at(-1)).toMatch(/^\d+ +\d+\.\ds +ReleasePromoted +planner +promoted +all_steps_done +/);
    expect((await alloy('replay', releases[1]!, '-o', 'name')).lines).toEqual(wide.slice(1).map((_, n) => String(n + 1)));
  });

  it('shows the state at a given time', async () => {
    expect(await alloy('replay', releases[0]!, '--at', '1')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/at v1, .*: requested\n{/),
    });
    const state = JSON.parse((await alloy('replay', releases[0]!, '--at', '0s', '-o', 'json')).out);
    expect(state).toMatchObject({ status: 'promoted', releaseId: releases[0] });
    expect(await alloy('replay', releases[0]!, '--at', '1', '-o', 'name')).toMatchObject({ code: 0, out: 'requested\n' });
    expect((await alloy('replay', releases[0]!, '--at', '1h')).out).toBe(`release ${releases[0]} had not been requested yet\n`);
  });

  it('repeats the decisions, from the server or offline from a file, and prints where they would differ', async () => {
    expect(await alloy('replay', releases[0]!, '--check')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/decisions made again, all as recorded\n$/),
    });
    expect((await alloy('replay', releases[0]!, '--check', '-o', 'wide')).lines).toEqual([
      expect.stringMatching(/^RELEASE +DECISIONS +DIFFERENT +LATE$/),
      expect.stringMatching(new RegExp(`^${releases[0]} +\\d+ +0 +\\d+$`)),
    ]);
    expect((await alloy('events', 'export', '--to', 'log.ndjson')).code).toBe(0);
    const checked = await offline('replay', '--file', 'log.ndjson', '--check');
    expect(checked).toMatchObject({ code: 0, err: '' });
    expect(checked.out.split('\n').filter((line) => line.endsWith('all as recorded'))).toHaveLength(3);
    const changed = (await readFile(join(home, 'log.ndjson'), 'utf8')).replaceAll('"code":"asked_for"', '"code":"has_stable"');
    await writeFile(join(home, 'changed.ndjson'), changed);
    const differs = await offline('replay', releases[1]!, '--file', 'changed.ndjson', '--check');
    expect(differs).toMatchObject({ code: 1, out: expect.stringContaining('reason.code: "has_stable" → "asked_for"') });
  });

  it('exits with 2 for a file that is missing, incomplete or no export, and with 1 for an unknown release', async () => {
    await writeFile(join(home, 'bad.ndjson'), '{"no":"event"}\n');
    expect(await offline('replay', '--file', 'bad.ndjson')).toMatchObject({
      code: 2,
      err: expect.stringContaining('line 1 of bad.ndjson is not an event'),
    });
    expect(await offline('replay', '--file', 'nothing.ndjson')).toMatchObject({
      code: 2,
      err: 'alloy: nothing.ndjson: there is no such file\n',
    });
    await writeFile(
      join(home, 'newer.ndjson'),
      (await readFile(join(home, 'log.ndjson'), 'utf8')).replaceAll('"type":"GateOpened"', '"type":"GateUnheardOf"'),
    );
    expect(await offline('replay', '--file', 'newer.ndjson', '--check')).toMatchObject({
      code: 1,
      err: expect.stringContaining('a newer version of Alloy wrote it'),
    });
    await alloy('events', 'export', '--type', 'ReleasePromoted', '--to', 'part.ndjson');
    expect(await offline('replay', '--file', 'part.ndjson', '--check')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is incomplete: '),
    });
    expect(await alloy('replay', '01NOBODY')).toMatchObject({ code: 1, err: expect.stringContaining('there is no release 01NOBODY') });
    expect(await offline('replay')).toMatchObject({ code: 2 });
  });
});

describe('alloy audit verify', () => {
  const exported = async () => {
    await alloy('events', 'export', '--to', 'log.ndjson');
    return (await readFile(join(home, 'log.ndjson'), 'utf8')).split('\n').filter(Boolean);
  };
  const verify = (...more: string[]) => offline('audit', 'verify', '--file', 'tampered.ndjson', ...more);
  const tampered = (lines: readonly string[]) => writeFile(join(home, 'tampered.ndjson'), `${lines.join('\n')}\n`);

  it('prints which events the server has verified and which are broken', async () => {
    expect(await alloy('audit', 'verify')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+ events of \d streams hashed again; \d+ of them signed, by 1 checkpoint\nno findings\n$/),
    });
  });

  it('verifies an export offline', async () => {
    await tampered(await exported());
    expect(await verify()).toMatchObject({ code: 0, err: '', out: expect.stringContaining('no checkpoint to compare with') });
    expect(await verify('-o', 'name')).toMatchObject({ code: 0, out: 'whole\n' });
    expect((await verify('-o', 'wide', '--checkpoints', 'audit')).out).toMatch(
      /^LOG +EVENTS +STREAMS +SIGNED +CHECKPOINTS +BROKEN\nwhole +\d+ +\d+ +\d+ +1 +0\n$/,
    );
    expect(await verify('--checkpoints', 'audit')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/signed, by 1 checkpoint\nno findings/),
    });
  });

  it('finds an edited, a deleted and a duplicated event, and, with checkpoints, a truncated end', async () => {
    const lines = await exported();
    const found = async (changed: readonly string[], ...more: string[]) => {
      await tampered(changed);
      const { code, out } = await verify('-o', 'json', ...more);
      return { code, codes: JSON.parse(out).findings.map((finding: { code: string }) => finding.code) };
    };
    expect(
      await found(
        lines.map((line, i) => (i === 2 ? JSON.stringify({ ...JSON.parse(line), actor: { kind: 'user', id: 'mallory' } }) : line)),
      ),
    ).toEqual({ code: 1, codes: ['edited'] });
    expect(await found(lines.filter((_, i) => i !== 2))).toEqual({ code: 1, codes: ['gap'] });
    expect(await found([...lines.slice(0, 3), ...lines.slice(2)])).toMatchObject({ code: 1, codes: ['fork'] });
    expect(await found(lines.slice(0, 5))).toEqual({ code: 0, codes: [] });
    expect(await found(lines.slice(0, 5), '--checkpoints', 'audit')).toEqual({ code: 1, codes: ['truncated'] });
  });

  it('does not report an empty log as intact', async () => {
    await tampered([]);
    expect(await verify()).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('there is no event in tampered.ndjson: nothing was verified'),
    });
    expect(await verify('--checkpoints', 'audit')).toMatchObject({ code: 1, out: expect.stringContaining('truncated') });
  });

  it('exits with 2 if the checkpoints file does not exist', async () => {
    await tampered(await exported());
    expect(await verify('--checkpoints', 'nowhere')).toMatchObject({ code: 2, err: expect.stringContaining('no checkpoints') });
    expect(await offline('audit', 'verify', '--checkpoints', 'audit')).toMatchObject({ code: 2 });
  });
});

describe('alloy projections', () => {
  it('lists the views, and rebuilds them', async () => {
    expect((await alloy('projections')).out).toMatch(/^VIEW +EVENTS +BEHIND/);
    const { code, lines } = await alloy('projections', 'rebuild');
    expect(code).toBe(0);
    expect(lines).toEqual(
      expect.arrayContaining([expect.stringMatching(/^release_timeline: swapped; \d+ rows, none differed$|^release_timeline: swapped/)]),
    );
    expect(await alloy('projections', 'rebuild', 'release_step', '--compare')).toMatchObject({
      out: expect.stringMatching(/^release_step: compared/),
    });
    expect((await alloy('projections', 'rebuild', 'release_step', '-o', 'wide')).lines).toEqual([
      expect.stringMatching(/^VIEW +EVENTS +TOOK +OUTCOME$/),
      expect.stringMatching(/^release_step +\d+ +\d+s +swapped/),
    ]);
    expect(await alloy('projections', 'rebuild', 'nothing')).toMatchObject({
      code: 1,
      err: expect.stringContaining('The view does not exist'),
    });
  });
});

describe('alloy audit verify on a log that the database owner has rewritten', () => {
  it('exits with 1 and prints the position of the first broken event', async () => {
    await ingest.asOwner(
      `ALTER TABLE event DISABLE TRIGGER ALL; UPDATE event SET actor_id = 'mallory' WHERE stream = 'release-${releases[0]}' AND version = 2`,
    );
    expect(await alloy('audit', 'verify')).toMatchObject({
      code: 1,
      out: expect.stringMatching(new RegExp(`1 broken\\n  edited +release-${releases[0]}@2 does not match its hash`)),
    });
    expect(JSON.parse((await alloy('audit', 'verify', '-o', 'json')).out)).toMatchObject({
      ok: false,
      findings: [{ code: 'edited', version: 2 }],
    });
  });
});
