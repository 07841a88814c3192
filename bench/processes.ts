import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A command line. */
export type CommandLine = readonly [string, ...string[]];

/** The built command line program. */
export function program(root: string): string {
  return join(root, 'dist/mount-hints.cjs');
}

/**
 * What a process is started with: nothing that changes how Node starts (NODE_OPTIONS, and
 * NODE_EXTRA_CA_CERTS, which alone costs a Node 20 more than the whole update).
 */
export function cleanEnvironment(home: string, path: readonly string[] = []): Record<string, string> {
  return { PATH: [...path, '/usr/local/bin', '/usr/bin', '/bin'].join(':'), HOME: home };
}

/** Runs a command line to its end and gives its wall time in microseconds; one that fails ends the bench. */
export function timed([command, ...args]: CommandLine, env: Record<string, string>): number {
  const before = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const time = Number(process.hrtime.bigint() - before) / 1000;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return time;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The processor time (user and system, as bash counts it) of the command lines, in microseconds for each. */
export function processorTime(lines: readonly CommandLine[], env: Record<string, string>): number {
  const script = lines.map((line) => `${line.map(quote).join(' ')} >/dev/null 2>&1`).join('\n');
  const { stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%3U %3S'\ntime {\n${script}\n}`], {
    env,
    encoding: 'utf8',
  });
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number);
  return ((user + system) * 1e6) / lines.length;
}
