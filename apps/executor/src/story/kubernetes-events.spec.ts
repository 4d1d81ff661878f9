import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubernetesEventReasons as chapterReasons } from '@alloy/catalogue';

const page = readFileSync(join(__dirname, '..', '..', '..', '..', 'docs', 'kubernetes-events.md'), 'utf8');

it('docs/kubernetes-events.md has every reason, in the order of the story, and no other', () => {
  expect([...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason)).toEqual(chapterReasons);
});
