import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderKeystore, type Keystore } from './keystore';

let parent: string;
let folder: string;
let keystore: Keystore;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'alloy-keystore-'));
  folder = join(parent, 'keys');
  keystore = folderKeystore(folder);
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const named = (id: string) => ({ id, wrapped: Buffer.from(`wrapped ${id}`) });

it('creates its folder, with access only for its user, if it does not exist or was removed', async () => {
  await keystore.keep('one', Buffer.from('1'));
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  await rm(folder, { recursive: true });
  await keystore.keepSpares([named('two')]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await keystore.get('one')).toBeUndefined();
});

it('keeps the first of two keys with the same name, and returns it to both writers', async () => {
  expect(await keystore.keep('one', Buffer.from('first'))).toEqual(Buffer.from('first'));
  expect(await keystore.keep('one', Buffer.from('second'))).toEqual(Buffer.from('first'));
  expect(await readdir(folder)).toEqual(['one.key']);
});

it('keeps many spare keys at once, each in a separate file that only its user can read', async () => {
  await keystore.keepSpares([named('one'), named('two')]);
  expect((await readdir(folder)).sort()).toEqual(['one.spare', 'two.spare']);
  expect((await stat(join(folder, 'one.spare'))).mode & 0o777).toBe(0o600);
  expect((await keystore.spares()).map(({ id }) => id).sort()).toEqual(['one', 'two']);
  expect(await keystore.get('two')).toEqual(named('two').wrapped);
  await keystore.destroy('one');
  expect(await readdir(folder)).toEqual(['two.spare']);
});

it('keeps none of many spare keys if one cannot be stored', async () => {
  await expect(keystore.keepSpares([named('one'), named('../two')])).rejects.toBeInstanceOf(RangeError);
  await mkdir(join(folder, 'two.spare'), { recursive: true });
  await expect(keystore.keepSpares([named('one'), named('two'), named('three')])).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readdir(folder)).toEqual(['two.spare']);
});

it('gives a spare key to one of several claims, and to none after it is discarded', async () => {
  await keystore.keepSpares([named('one'), named('two')]);
  const claims = await Promise.all(Array.from({ length: 5 }, () => folderKeystore(folder).claim('one')));
  expect(claims.filter((isMine) => isMine)).toHaveLength(1);
  await keystore.discard(['one', 'two', 'never-there']);
  expect(await readdir(folder)).toEqual(['one.key']);
  expect(await keystore.claim('two')).toBe(false);
  expect(await keystore.get('one')).toEqual(named('one').wrapped);
});

it('has no spare keys and no files if the folder does not exist yet', async () => {
  expect(await keystore.spares()).toEqual([]);
  expect(await keystore.files()).toEqual([]);
});
