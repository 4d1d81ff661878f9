import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditFolder } from './audit-folder';
import { isSigned, keyIdOf } from './checkpoint';
import { ALog } from './testing/a-log';

let home: string;
let dir: string;
let folder: AuditFolder;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'alloy-audit-folder-'));
  dir = join(home, 'published', 'audit');
  folder = new AuditFolder(dir);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const log = new ALog().append('s-1').sign().append('s-1').sign().append('s-2').sign();
const file = () => join(dir, 'checkpoints.ndjson');

describe('AuditFolder', () => {
  it('has no keys and checkpoints before it exists', async () => {
    expect(await folder.keys()).toEqual(new Map());
    expect(await folder.checkpoints()).toEqual([]);
    expect(await folder.size()).toBe(0);
  });

  it('publishes public keys under their ids, idempotently', async () => {
    const other = new ALog().key;
    for (const key of [log.key, log.key, other]) await folder.publish(key);
    writeFileSync(join(dir, 'README'), 'what lies beside them is no key');
    const keys = await folder.keys();
    expect([...keys.keys()].sort()).toEqual([keyIdOf(log.key), keyIdOf(other)].sort());
    expect([...keys.values()].map(({ type }) => type)).toEqual(['public', 'public']);
    expect(readdirSync(dir)).toContain(`${keyIdOf(log.key)}.pub.pem`);
    expect(readFileSync(join(dir, `${keyIdOf(log.key)}.pub.pem`), 'utf8')).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    expect(log.checkpoints.every((checkpoint) => isSigned(checkpoint, keys))).toBe(true);
  });

  it('returns checkpoints as they were added, one per line', async () => {
    await folder.add(log.checkpoints.slice(0, 2));
    const size = await folder.size();
    await folder.add(log.checkpoints.slice(2));
    expect(await folder.checkpoints()).toEqual(log.checkpoints);
    expect(readFileSync(file(), 'utf8')).toBe(log.checkpoints.map((checkpoint) => `${JSON.stringify(checkpoint)}\n`).join(''));
    expect(size).toBeGreaterThan(0);
    expect(await folder.size()).toBeGreaterThan(size);
  });

  it.each([
    ['in its middle', 20],
    ['before its line break', 1],
  ])('ignores a line that a crash truncated %s, and replaces it with the next one', async (_where, missing) => {
    await folder.add(log.checkpoints);
    writeFileSync(file(), readFileSync(file(), 'utf8').slice(0, -missing));
    expect(await folder.checkpoints()).toEqual(log.checkpoints.slice(0, 2));
    await folder.add(log.checkpoints.slice(2));
    expect(await folder.checkpoints()).toEqual(log.checkpoints);
  });

  it('starts again if a crash truncated the only line', async () => {
    await folder.add([]);
    writeFileSync(file(), '{"number":');
    expect(await folder.checkpoints()).toEqual([]);
    await folder.add(log.checkpoints);
    expect(await folder.checkpoints()).toEqual(log.checkpoints);
  });

  it('rejects if the folder cannot be read, instead of returning an empty list', async () => {
    writeFileSync(join(home, 'published'), 'a file in the place of the folder');
    await expect(folder.keys()).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(folder.checkpoints()).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(folder.size()).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
