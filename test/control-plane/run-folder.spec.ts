import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim, letGo, PREFIX, removeLeft } from './run-folder';

describe('the folder of a run', () => {
  let parent: string;
  beforeEach(() => void (parent = mkdtempSync(join(tmpdir(), 'alloy-runs-'))));
  afterEach(() => rmSync(parent, { recursive: true }));

  const made = (name: string, pid?: number): string => {
    const dir = join(parent, name);
    mkdirSync(join(dir, 'etcd'), { recursive: true });
    if (pid !== undefined) claim(dir, pid);
    return dir;
  };
  /** As if its owner had been another process with this pid. */
  const change = (dir: string, change: object): void =>
    writeFileSync(join(dir, 'owner.json'), JSON.stringify({ ...JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8')), ...change }));

  it('is removed by a later run when its owner is gone, and only then', () => {
    made(`${PREFIX}living`, process.pid);
    change(made(`${PREFIX}dead`, process.pid), { startTime: 'long ago' });
    change(made(`${PREFIX}gone`, process.pid), { pid: spawnSync('true').pid });
    change(made(`${PREFIX}unseen`, process.pid), { startTime: 'long ago', namespace: 'another' });
    made(`${PREFIX}new`);
    made('somebody-elses', process.pid);
    letGo(made(`${PREFIX}kept`, process.pid));
    removeLeft(parent);
    expect(readdirSync(parent).sort()).toEqual([`${PREFIX}kept`, `${PREFIX}living`, `${PREFIX}new`, `${PREFIX}unseen`, 'somebody-elses']);
  });
});
