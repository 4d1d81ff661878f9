import { spawn, type ChildProcess } from 'node:child_process';

/** Keeps the pids that it is told of; on the end of its input it kills them. */
const SCRIPT = `
held=" "
while read -r what pid; do
  case "$what" in
    hold) held="$held$pid " ;;
    drop) held=$(printf '%s' "$held" | sed "s/ $pid / /") ;;
  esac
done
for pid in $held; do kill -9 "$pid"; done 2>/dev/null`;

/** A process that outlives this one by a moment, however it ends, and kills with -9 whatever was held then. */
export class Guard {
  private readonly child: ChildProcess = spawn('sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });

  constructor() {
    this.child.unref();
  }

  hold(pid: number): void {
    this.child.stdin!.write(`hold ${pid}\n`);
  }

  /** It has ended: its pid may be given to somebody else. */
  drop(pid: number): void {
    this.child.stdin!.write(`drop ${pid}\n`);
  }

  /** Kills what is still held, and ends. */
  release(): void {
    this.child.stdin!.end();
  }
}
