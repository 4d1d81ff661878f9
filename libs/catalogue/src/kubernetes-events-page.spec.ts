import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubernetesEventReasons } from './kubernetes-event';

const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'kubernetes-events.md'), 'utf8');

it('docs/kubernetes-events.md lists exactly the reasons of the catalogue, in its order', () => {
  expect([...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason)).toEqual(kubernetesEventReasons);
});
