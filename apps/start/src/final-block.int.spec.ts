import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { curlLine } from './final-block';

describe('curlLine', () => {
  it('sends the original webhook when a shell runs it, also with blanks in paths', () => {
    const folder = mkdtempSync(join(tmpdir(), "alloy it's pasted "));
    try {
      writeFileSync(join(folder, 'curl'), '#!/bin/sh\nfor argument in "$@"; do printf "%s\\0" "$argument"; done\n', { mode: 0o755 });
      writeFileSync(join(folder, 'token'), 'alloy_secret\n');
      const shop = resolve(__dirname, '../../../examples/shop');
      const line = curlLine({ url: 'http://127.0.0.1:8080', token: join(folder, 'token'), user: 'demo', project: 'shop', shop, tag: 'v1' });
      expect(line).not.toContain('\n');

      const out = execFileSync('sh', ['-c', line], { encoding: 'utf8', env: { PATH: `${folder}:${process.env['PATH']}` }, cwd: '/' }).split(
        '\0',
      );
      expect(out).toEqual(
        expect.arrayContaining([
          'POST', 'http://127.0.0.1:8080/api/webhook/deploy', 'Authorization: Bearer alloy_secret',
          'Content-Type: application/json',
        ]),
      );
      const body = JSON.parse(out[out.indexOf('-d') + 1]!) as { files: Record<string, string> };
      expect(body).toMatchObject({ user_id: 'demo', project_id: 'shop', image_tag: 'v1', strategy: 'auto' });
      for (const name of ['secret', 'service', 'deployment']) {
        expect(Buffer.from(body.files[name]!, 'base64').toString()).toBe(readFileSync(join(shop, 'k8s', `${name}.yaml`), 'utf8'));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
