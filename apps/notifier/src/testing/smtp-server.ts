import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A mail server that stores messages; answers with `refusals` in order instead of "250 kept". */
export class SmtpServer {
  readonly mails: string[] = [];
  readonly refusals: string[] = [];
  private constructor(private readonly server: Server) {}

  static async open(): Promise<SmtpServer> {
    const server = createServer();
    const smtp = new SmtpServer(server);
    server.on('connection', (socket) => smtp.talk(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return smtp;
  }

  url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private talk(socket: Socket): void {
    let text = '';
    let inMail = false;
    const say = (line: string) => socket.write(`${line}\r\n`);
    socket.on('error', () => undefined);
    say('220 test');
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (let end = text.indexOf(inMail ? '\r\n.\r\n' : '\r\n'); end >= 0; end = text.indexOf(inMail ? '\r\n.\r\n' : '\r\n')) {
        const part = text.slice(0, end);
        text = text.slice(end + (inMail ? 5 : 2));
        if (inMail) {
          inMail = false;
          const refusal = this.refusals.shift();
          if (refusal === undefined) this.mails.push(part);
          say(refusal ?? '250 kept');
        } else if (/^DATA$/i.test(part)) {
          inMail = true;
          say('354 continue');
        } else if (/^QUIT$/i.test(part)) socket.end('221 bye\r\n');
        else say('250 ok');
      }
    });
  }
}
