import { printable } from '../output/printable';

/** How a CI system's log marks a section that users can fold. */
export interface LogSections {
  /** Line that begins a section; `at`: ISO time. */
  begin(title: string, at: string): string;
  /** Line that ends the section that was begun last. */
  end(at: string): string;
}

/** The sections of the CI system whose job this is (GITHUB_ACTIONS, GITLAB_CI); undefined: a log that has none. */
export function logSections(env: Readonly<Record<string, string | undefined>>): LogSections | undefined {
  if (env['GITHUB_ACTIONS'] === 'true') return { begin: (title) => `::group::${printable(title)}`, end: () => '::endgroup::' };
  return env['GITLAB_CI'] === 'true' ? gitLabSections() : undefined;
}

/** By GitLab's documentation of custom collapsible sections: each name stands once in a log. */
function gitLabSections(): LogSections {
  let name = '';
  let count = 0;
  return {
    begin: (title, at) => {
      name = `alloy_${(count += 1)}_${title.replaceAll(/\W+/g, '_')}`;
      return `\u001b[0Ksection_start:${unixSeconds(at)}:${name}[collapsed=true]\r\u001b[0K${printable(title)}`;
    },
    end: (at) => `\u001b[0Ksection_end:${unixSeconds(at)}:${name}\r\u001b[0K`,
  };
}

const unixSeconds = (at: string): number => Math.floor(Date.parse(at) / 1_000);
