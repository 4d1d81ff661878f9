import { services } from '@alloy/contracts';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');
const [, entrypoint] = /^ENTRYPOINT (.+)$/m.exec(readFileSync(join(root, 'deploy', 'Dockerfile'), 'utf8'))!;

/**
 * Runs the image's content without a container engine: the build output only, started by the command of the Dockerfile.
 */
describe('the image', () => {
  const image = mkdtempSync(join(tmpdir(), 'alloy-image-'));
  beforeAll(() => {
    for (const bundle of [...[...services, 'migrate'].map((app) => join('apps', app)), 'opentelemetry', 'typeorm'])
      cpSync(join(root, 'dist', bundle, 'main.js'), join(image, 'dist', bundle, 'main.js'));
  });
  afterAll(() => rmSync(image, { recursive: true, force: true }));

  it.each([...services, 'migrate'])('runs %s without node_modules, which names the variable that is missing', async (app) => {
    const [command, ...args] = (JSON.parse(entrypoint!) as string[]).map((arg) => arg.replace('/alloy/', `${image}/`));
    const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
      execFile(command!, [...args, app], { cwd: image, env: { PATH: process.env['PATH'] } }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, output: stdout + stderr }),
      );
    });
    expect(output).toContain('DATABASE_URL');
    expect(output).not.toContain('Cannot find module');
    expect(code).toBe(1);
  });

  it.each(['http/protobuf', 'http/json', 'grpc'])('exports spans by %s, which needs no packages either', async (protocol) => {
    const script = `
      const { startOpenTelemetry } = require('${image}/dist/opentelemetry/main.js');
      const { recorder, shutdown } = startOpenTelemetry({
        serviceName: 'a', signals: { traces: true, metrics: false }, ignoredPaths: new Set(), secretPaths: true, report: () => {},
      });
      const work = recorder.begin('decide', 'internal', {});
      work.keep();
      work.end();
      shutdown().catch((error) => console.log('not exported:', String(error), error.code)).then(() => process.exit());`;
    const env = {
      PATH: process.env['PATH'],
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    };
    const output = await new Promise<string>((resolve) =>
      execFile('node', ['-e', script], { cwd: image, env }, (_error, stdout, stderr) => resolve(stdout + stderr)),
    );
    expect(output).toMatch(/^not exported: .*(ECONNREFUSED|UNAVAILABLE|DEADLINE_EXCEEDED)/);
  });
});
