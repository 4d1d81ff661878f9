import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, startService } from '@alloy/service';
import { ingestConfig } from './config';
import { serviceOptions } from './service-options';
import { body } from './testing/deploy-body';
import { startTestIngest, TOKEN, type TestIngest } from './testing/test-ingest';

let folder: string;
let ingest: TestIngest;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alloy-tls-'));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync(
    'openssl',
    [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-keyout',
      join(folder, 'key.pem'),
      '-out',
      join(folder, 'cert.pem'),
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  ingest = await startTestIngest({ TLS_CERT_FILE: join(folder, 'cert.pem'), TLS_KEY_FILE: join(folder, 'key.pem') });
});
afterAll(async () => {
  await ingest?.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = (content: string): Promise<{ readonly status: number | undefined; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', connection: 'close' };
    const sent = request(
      {
        host: '127.0.0.1', port: ingest.port, path: '/api/webhook/deploy', method: 'POST', headers,
        ca: readFileSync(join(folder, 'cert.pem')),
      },
      (answer) => {
        let text = '';
        answer
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('end', () => resolve({ status: answer.statusCode, text }));
      },
    );
    sent.on('error', reject).end(content);
  });

it('serves TLS, and returns its URLs with https', async () => {
  const { status, text } = await post(JSON.stringify(body()));
  expect(status).toBe(202);
  expect((JSON.parse(text) as { status_url: string }).status_url).toMatch(/^https:\/\/127\.0\.0\.1:/);
});

it('closes a connection without a handshake', async () => {
  const hasty = await startTestIngest({
    TLS_CERT_FILE: join(folder, 'cert.pem'),
    TLS_KEY_FILE: join(folder, 'key.pem'),
    HTTP_HEADER_SECONDS: '0.2',
  });
  const socket = connect(hasty.port, '127.0.0.1').on('error', () => undefined).resume();
  await new Promise((resolve) => socket.once('close', resolve));
  await hasty.close();
});

it('answers no unencrypted request', async () => {
  await expect(ingest.call('/health', { token: null })).rejects.toThrow();
});

it.each([
  [{ TLS_CERT_FILE: '/nowhere/cert.pem' }, /TLS_KEY_FILE: TLS_CERT_FILE and TLS_KEY_FILE go together|TLS_KEY_FILE: is missing/],
  [{ TLS_KEY_FILE: '/nowhere/key.pem' }, /TLS_CERT_FILE and TLS_KEY_FILE go together/],
])('refuses an incomplete configuration: %j', (half, message) => {
  const { TLS_CERT_FILE: _cert, TLS_KEY_FILE: _key, ...env } = ingest.env;
  expect(() => parseConfig(ingestConfig, { ...env, ...half })).toThrow(message);
});

it('does not start without its files', async () => {
  const env = { ...ingest.env, TLS_CERT_FILE: '/nowhere/cert.pem', TLS_KEY_FILE: '/nowhere/key.pem' };
  await expect(startService(serviceOptions(() => parseConfig(ingestConfig, env)))).rejects.toThrow(
    /TLS_CERT_FILE: cannot be read \(ENOENT\)/,
  );
});
