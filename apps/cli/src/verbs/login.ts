import { fixedToken } from '../api/credential';
import { configPath, readConfig, writeConfig } from '../config/config-file';
import { checkToken, checkUrl } from '../config/find-context';
import { readText } from '../files/read-text';
import type { Io } from '../io';
import type { View } from '../output/output';
import { printable } from '../output/printable';
import type { Verb } from '../verb';

interface Options {
  readonly url: string;
  readonly name: string;
  readonly project?: string;
  readonly environment?: string;
}

/** A stored context without its token. */
interface Kept {
  readonly name: string;
  readonly url: string;
  readonly project: string | null;
  readonly environment: string | null;
  readonly path: string;
}

const contextView: View<Kept> = {
  name: ({ name }) => name,
  columns: [
    { head: 'CONTEXT', cell: ({ name }) => name },
    { head: 'URL', cell: ({ url }) => url },
    { head: 'PROJECT', cell: ({ project }) => project ?? '' },
    { head: 'ENVIRONMENT', cell: ({ environment }) => environment ?? '' },
    { head: 'PATH', cell: ({ path }) => path },
  ],
};

export const verb: Verb = {
  name: 'login',
  summary: 'Store the address and a token of a server as a context in ~/.config/alloy/config.yaml, and use it from now on',
  example: 'alloy login --url https://alloy.example.com --name prod --project shop\nalloy login --url https://alloy.example.com < token',
  routes: ['GET /api/v1/releases'],
  mutating: false,
  takesAddress: true,
  register(command, run) {
    command
      .requiredOption('--url <url>', 'the address of the Alloy server')
      .option('--name <name>', 'the name of the context', 'default')
      .option('--project <id>', 'the default project')
      .option('--environment <name>', 'the default environment');
    run<Options>(async (session, _args, { url: typed, name, project, environment }) => {
      const { io, out } = session;
      const path = configPath(io);
      const before = readConfig(path);
      const url = checkUrl(typed, '--url');
      const token = await tokenFrom(io);
      // Fails early if the token is not valid.
      await session.at({ url, credential: fixedToken(token) }).get('api/v1/releases', { limit: 1 });
      writeConfig(path, {
        currentContext: name,
        contexts: { ...before?.contexts, [name]: { url, token, ...(project && { project }), ...(environment && { environment }) } },
      });
      const kept = { name, url, project: project ?? null, environment: environment ?? null, path };
      await out.one(
        kept,
        contextView,
        out.format === 'wide' ? undefined : () => [printable(`context ${name} (${url}) is stored in ${path} and is the current context`)],
      );
    });
  },
};

/** Read without echo, or piped: a token in an argument would be in the shell's history. */
const tokenFrom = async (io: Io): Promise<string> =>
  checkToken(io.stdin.isTTY ? await io.readHidden('Token: ') : await readText(io, '-'), 'the token');
