import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crashPointNames, crashPoints } from '@alloy/contracts';
import { roundsOf } from './rounds';

const root = join(__dirname, '..', '..');
const isSource = (path: string): boolean => path.endsWith('.ts') && path.includes('/src/') && !/\.spec\.ts$|\/testing\/|crash-at|crash-points/.test(path);
const sources = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(root, folder, path)).filter(isSource),
);
const uses = sources.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\bcrashPoint\('([^']*)'\)/g)].map(([, name]) => name!));

/** Rows of the table, without the column of what recovers. */
const rows = readFileSync(join(root, 'docs', 'crash-points.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | '));

describe('the catalogue of crash points', () => {
  it('has exactly the points that product code passes, each at one place', () => {
    expect(uses.toSorted()).toEqual(crashPointNames.toSorted());
  });

  it('is described by docs/crash-points.md: its names, services and boundaries, in its order, and what recovers each', () => {
    expect(rows.map(([name, services, boundary]) => [name, services, boundary])).toEqual(
      Object.entries(crashPoints).map(([name, { services, boundary }]) => [`| \`${name}\``, services.join(', '), boundary]),
    );
    for (const row of rows) expect(row[3]).toMatch(/^[A-Z].*\. \|$/);
  });

  it('is played as a whole by crash-points.e2e.spec.ts: each service at each of its points, once', () => {
    const played = roundsOf().flatMap(({ armed }) => armed.map(({ service, point }) => `${service} at ${point}`));
    const all = Object.entries(crashPoints).flatMap(([name, { services }]) => services.map((service) => `${service} at ${name}`));
    expect(played.toSorted()).toEqual(all.toSorted());
  });
});
