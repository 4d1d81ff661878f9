import { spawn, type ChildProcess } from 'node:child_process';

/** Keeps the pids from its input; kills them at the end of the input. */
const SCRIPT = `
held=" "
while read -r what pid; do
  case "$what" in
    hold) held="$held$pid " ;;
    drop) held=$(printf '%s' "$held" | sed "s/ $pid / /") ;;
  esac
done
for pid in $held; do kill -9 "$pid"; done 2>/dev/null`;

/** A process that outlives this one shortly, for any reason of its end, and then kills with -9 the held processes. */
export class Guard {
  private readonly child: ChildProcess = spawn('sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });

  constructor() {
    this.child.unref();
  }

  hold(pid: number): void {
    this.child.stdin!.write(`hold ${pid}\n`);
  }

  /** Releases an ended process, because another process may get its pid. */
  drop(pid: number): void {
    this.child.stdin!.write(`drop ${pid}\n`);
  }

  /** Kills the held processes, and ends. */
  release(): void {
    this.child.stdin!.end();
  }
}
