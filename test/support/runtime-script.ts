import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const SCRIPT = new URL('../../src/adapters/oci-runtime/mount-hints-runtime.sh', import.meta.url)
  .pathname;

/** The shells that the script must run under; one that is not installed is left out, with a word about it. */
export const SHELLS = [['dash'], ['busybox', 'sh'], ['bash', '--posix']].filter(([shell = '', ...flags]) => {
  const isThere = spawnSync(shell, [...flags, '-c', ':']).status === 0;
  if (!isThere) process.stdout.write(`skipped: ${shell} is not installed\n`);
  return isThere;
});

const RECORD = '#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done >"$0.words"\n';

/** Words that a recording program was called with; `undefined` if it was not called. */
function recorded(program: string): string[] | undefined {
  if (!existsSync(`${program}.words`)) return undefined;
  const words = readFileSync(`${program}.words`, 'utf8').split('\0').slice(0, -1);
  rmSync(`${program}.words`);
  return words;
}

export interface ScriptRun {
  status: number | null;
  stdout: string;
  stderr: string;
  /** What Node was called with, without the program's name. */
  node: string[] | undefined;
  /** What the real runtime was called with. */
  runtime: string[] | undefined;
}

/** The script with programs that only record their words in the places of Node and the real runtime. */
export class ScriptBench {
  readonly root = mkdtempSync(join(tmpdir(), 'mount-hints-script-'));
  readonly node = join(this.root, 'node-program');
  readonly runtime = join(this.root, 'real-runtime');
  readonly cwd = join(this.root, 'working directory');

  constructor() {
    this.program(
      this.node,
      `${RECORD}env >"$0.environment"\n[ ! -f "$0.status" ] || exit "$(cat "$0.status")"\n`,
    );
    this.program(this.runtime, `${RECORD}echo out; echo err >&2; exit \${RUNTIME_STATUS:-0}\n`);
    mkdirSync(this.cwd);
  }

  program(path: string, text: string): void {
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }

  file(name: string, text: string, mode = 0o644): string {
    const path = join(this.root, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  run(
    shell: readonly string[],
    args: readonly string[],
    environment: Record<string, string> = {},
    script = SCRIPT,
  ): ScriptRun {
    const [command = '', ...flags] = shell;
    // Of the environment only a part reaches Node.
    rmSync(`${this.node}.status`, { force: true });
    rmSync(`${this.node}.environment`, { force: true });
    if (environment.NODE_STATUS) writeFileSync(`${this.node}.status`, environment.NODE_STATUS);
    const run = spawnSync(command, [...flags, script, ...args], {
      cwd: this.cwd,
      timeout: 60_000,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        MOUNT_HINTS_RUNTIME: this.runtime,
        MOUNT_HINTS_NODE: this.node,
        ...environment,
      },
    });
    const { status, stdout, stderr } = run;
    return { status, stdout, stderr, node: recorded(this.node), runtime: recorded(this.runtime) };
  }

  /** The environment that Node was called with last. */
  nodeEnvironment(): Record<string, string> {
    const lines = readFileSync(`${this.node}.environment`, 'utf8').trimEnd().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  }

  remove(): void {
    execFileSync('rm', ['-rf', this.root]);
  }
}

/** The value that the script handed to Node under a name. */
export function handed(run: ScriptRun, name: string): string | undefined {
  return run.node?.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
}
