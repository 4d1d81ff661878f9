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

it('makes the folder that is not there, or no longer, for nobody else', async () => {
  await keystore.keep('one', Buffer.from('1'));
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  await rm(folder, { recursive: true });
  await keystore.keepNew([named('two')]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await keystore.get('one')).toBeUndefined();
});

it('keeps the first of two keys of one name, and tells both which that is', async () => {
  expect(await keystore.keep('one', Buffer.from('first'))).toEqual(Buffer.from('first'));
  expect(await keystore.keep('one', Buffer.from('second'))).toEqual(Buffer.from('first'));
  expect(await readdir(folder)).toEqual(['one.key']);
});

it('keeps many at once, each in a file of its own that only we can read', async () => {
  await keystore.keepNew([named('one'), named('two')]);
  expect((await readdir(folder)).sort()).toEqual(['one.key', 'two.key']);
  expect((await stat(join(folder, 'one.key'))).mode & 0o777).toBe(0o600);
  expect(await keystore.get('two')).toEqual(named('two').wrapped);
  await keystore.destroy('one');
  expect(await readdir(folder)).toEqual(['two.key']);
});

it('keeps none of many if one can not be kept', async () => {
  await expect(keystore.keepNew([named('one'), named('../two')])).rejects.toBeInstanceOf(RangeError);
  await mkdir(join(folder, 'two.key'), { recursive: true });
  await expect(keystore.keepNew([named('one'), named('two'), named('three')])).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readdir(folder)).toEqual(['two.key']);
});

it('removes what nothing was sealed with, as often as one likes', async () => {
  await keystore.keepNew([named('one'), named('two')]);
  await keystore.discard(['one']);
  await keystore.discard(['one', 'never-there']);
  expect(await readdir(folder)).toEqual(['two.key']);
});
