import { fixedToken } from '../api/credential';
import { Api } from '../api/client';
import { configPath, readConfig, writeConfig } from '../config/config-file';
import { checkToken, checkUrl } from '../config/find-context';
import { readText } from '../files/read-text';
import type { Io } from '../io';
import type { Verb } from '../verb';

interface Options {
  readonly url: string;
  readonly name: string;
  readonly project?: string;
  readonly environment?: string;
}

export const verb: Verb = {
  name: 'login',
  summary: 'Keep the address and a token of an Alloy as a context of ~/.config/alloy/config.yaml, and use it from now on',
  example: 'alloy login --url https://alloy.example.com --name prod --project shop\nalloy login --url https://alloy.example.com < token',
  routes: ['GET /api/v1/releases'],
  mutating: false,
  isTold: true,
  formats: [],
  register(command, run) {
    command
      .requiredOption('--url <url>', 'where Alloy answers')
      .option('--name <name>', 'of the context', 'default')
      .option('--project <id>', 'which project verbs mean that are not told')
      .option('--environment <name>', 'which environment verbs mean that are not told');
    run<Options>(async ({ io, out }, _args, { url: typed, name, project, environment }) => {
      const path = configPath(io);
      const before = readConfig(path);
      const url = checkUrl(typed, '--url');
      const token = await tokenFrom(io);
      // A token that is not good is better known now than at night.
      await new Api({ ...io, url, credential: fixedToken(token) }).get('api/v1/releases', { limit: 1 });
      writeConfig(path, { currentContext: name, contexts: { ...before?.contexts, [name]: { url, token, ...(project && { project }), ...(environment && { environment }) } } });
      out.line(`context ${name} (${url}) is kept in ${path}, and is the current one`);
    });
  },
};

/** Typed without an echo, or piped in: a token on a command line would be in the shell's history. */
const tokenFrom = async (io: Io): Promise<string> => checkToken(io.stdin.isTTY ? await io.readHidden('Token: ') : await readText(io, '-'), 'the token');
