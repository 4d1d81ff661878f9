/** All that a template can say. */
export const placeholders = [
  'service', 'version', 'environment', 'status', 'duration', 'author', 'commit', 'strategy', 'reason', 'release',
  'link',
] as const;
export type Placeholder = (typeof placeholders)[number];

const BRACES = /\{\{|\}\}/;
const PLACEHOLDER = /\{\{ *([A-Za-z]+) *\}\}/g;
const isPlaceholder = (name: string): name is Placeholder => (placeholders as readonly string[]).includes(name);

/**
 * What is wrong with a template, in one sentence; undefined: nothing.
 * The language is `{{name}}` and nothing else: no logic, no paths, no way to run anything.
 */
export function templateFault(template: string): string | undefined {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name]) => name!);
  if (names.some((name) => !isPlaceholder(name))) return `a template knows only {{${placeholders.join('}}, {{')}}}`;
  return BRACES.test(template.replace(PLACEHOLDER, '')) ? 'a template has braces that belong to no placeholder' : undefined;
}

/** The template with its values; what a value contains is text, never a placeholder. */
export const renderTemplate = (template: string, values: Readonly<Record<Placeholder, string>>): string =>
  template.replace(PLACEHOLDER, (whole, name: string) => (isPlaceholder(name) ? values[name] : whole));
