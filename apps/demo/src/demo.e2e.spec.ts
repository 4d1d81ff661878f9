import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { demoReleases } from './demo-releases';

describe('npm run demo', () => {
  it('plays six releases, and each ends as expected', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [resolve(__dirname, '../../../dist/apps/demo/main.js')], {
      timeout: 580_000,
      maxBuffer: 10_000_000,
    });
    for (const { tag } of demoReleases) expect(stdout).toContain(`\n${tag}: `);
    expect(stdout).toMatch(/Verdict fail: error rate .* on \d+ canary requests/);
    expect(stdout).not.toContain('WRONG');
    expect(stdout).toContain('All 6 releases ended as expected');
  }, 600_000);
});
