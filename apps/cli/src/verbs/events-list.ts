import type { ShownEvent } from '../api/shapes';
import { eventLine } from '../history/event-lines';
import { queryOf, withFilter, type FilterOptions } from '../history/event-filter';
import { followLog } from '../history/follow-log';
import { readLog } from '../history/read-log';
import { atMost } from '../options/at-most';
import type { Session } from '../session';
import type { Verb } from '../verb';

interface Options extends FilterOptions {
  readonly follow?: boolean;
  readonly limit?: number;
}

export const verb: Verb = {
  name: 'list',
  summary: 'Print the log in order, page by page or live',
  example: 'alloy events --project shop --since 2h\nalloy events --follow --type RollbackDecided,ReleaseStuck -o json',
  routes: ['GET /api/v1/events'],
  mutating: false,
  isDefault: true,
  register(command, run) {
    withFilter(command)
      .option('-f, --follow', 'continue with new events until Ctrl-C; without --from or --since only new events')
      .option('--limit <n>', 'limit of events', atMost(10_000_000));
    run<Options>(async (session, _args, { follow, limit, ...filter }) => {
      const query = queryOf(filter, session.io.now());
      const print = await eventPrinter(session);
      const note = (text: string): void => session.out.note(text);
      if (follow && query.after === undefined && query.since === undefined) return followLog(session, query, print, { note });
      let next: string | undefined;
      for await (const page of readLog(session.api, query, { most: limit })) {
        page.events.forEach(print);
        next = page.next;
      }
      if (follow) return followLog(session, { ...query, after: next }, print, { note });
      if (session.io.stdout.isTTY && next !== undefined) session.out.note(`to continue: --from ${next}`);
    });
  },
};

/** Prints each event immediately: one JSON, one line, or a YAML document. */
async function eventPrinter({ out, io }: Session): Promise<(event: ShownEvent) => void> {
  if (out.format === 'json') return (event) => out.line(JSON.stringify(event));
  if (out.format === 'name') return (event) => out.line(event.cursor);
  if (out.format !== 'yaml') return (event) => out.line(eventLine(event, out.color, out.format === 'wide'));
  const { stringify } = await import('yaml');
  return (event) => io.stdout.write(`---\n${stringify(event)}`);
}
