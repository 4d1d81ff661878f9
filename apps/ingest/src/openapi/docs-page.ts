interface Described {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly summary: string;
            readonly description?: string;
            readonly tags: readonly string[];
            readonly 'x-scope'?: string;
            readonly requestBody?: unknown;
            readonly parameters?: unknown;
            readonly responses: unknown;
          }
        >
      >
    >
  >;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character]!);

/** The description of the API as one page without scripts. */
export function docsPage(document: unknown): string {
  const { paths } = document as Described;
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
  const tags = [...new Set(routes.flatMap((route) => route.tags))];
  const sections = tags.map((tag) => `<h2>${escape(tag)}</h2>${routes.filter((route) => route.tags.includes(tag)).map(section).join('')}`);
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Alloy API</title><style>${STYLE}</style>`,
    `<h1>Alloy API</h1><p><a href="/openapi.json">openapi.json</a></p>${sections.join('')}</html>`,
  ].join('');
}

const STYLE =
  'body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}code{font-weight:600}' +
  'summary{cursor:pointer}pre{overflow:auto;background:#f4f4f4;padding:1rem}small{color:#555}';

const section = ({
  path, method, summary, description, requestBody, parameters, responses,
  ...rest
}: Described['paths'][string][string] & { readonly path: string; readonly method: string }): string =>
  [
    `<details><summary><code>${method} ${escape(path)}</code> ${escape(summary)}`,
    ` <small>${escape(rest['x-scope'] ?? 'open')}</small></summary>`,
    description === undefined ? '' : `<p>${escape(description)}</p>`,
    `<pre>${escape(JSON.stringify({ parameters, requestBody, responses }, null, 2))}</pre></details>`,
  ].join('');
