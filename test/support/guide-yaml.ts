import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

const GUIDES = join(__dirname, '..', '..', 'docs', 'guides');

/** The YAML documents in a guide, in their order. */
export const yamlIn = (guide: string): readonly Readonly<Record<string, unknown>>[] =>
  [...readFileSync(join(GUIDES, `${guide}.md`), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
    .map(([, text]) => load(text!) as Readonly<Record<string, unknown>>);
