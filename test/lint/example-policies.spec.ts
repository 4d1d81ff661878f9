import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkDocument } from '@alloy/policy';
import { load } from 'js-yaml';

const ROOT = join(__dirname, '..', '..');
const EXAMPLES = join(ROOT, 'examples');
const GUIDES = join(ROOT, 'docs', 'guides');
const fileOf = (example: string): string => join(EXAMPLES, example, 'project.yaml');
const examples = readdirSync(EXAMPLES).filter((example) => existsSync(fileOf(example)));
const guides = readdirSync(GUIDES).map((name) => [name, readFileSync(join(GUIDES, name), 'utf8')] as const);

describe.each(examples)('the example %s', (example) => {
  it('is a project file without faults', () => {
    expect(checkDocument(load(readFileSync(fileOf(example), 'utf8')))).toHaveProperty('document.spec.environments.production');
  });
});

const shown = ['canary-by-steps.md', 'blue-green.md', 'autoscalers.md', 'rollout.md', 'session-affinity.md'];

it.each(shown)('the guide %s shows the example that it links to', (guide) => {
  const text = guides.find(([name]) => name === guide)![1];
  const example = /examples\/([\w-]+)\/project\.yaml/.exec(text)![1]!;
  expect(text).toContain(`\`\`\`yaml\n${readFileSync(fileOf(example), 'utf8')}\`\`\``);
});
