import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A runtime that tells what it was given: words, environment, descriptors, limits, signals, directory. Six
 * descriptors are handed on: with 3 to 9 all in use, dash hands on one of its own (docs/runtime.md).
 */
const PROBE = `#!/bin/dash
echo "pid $$"
for word; do printf 'word %s\\n' "$word"; done
tr '\\0' '\\n' </proc/$$/environ | grep -v -e '^PWD=' -e '^OLDPWD=' -e '^SHLVL=' -e '^_=' | sort
for fd in /proc/$$/fd/*; do
  target=$(readlink "$fd") || continue
  case $target in */the-probe) ;; *) echo "\${fd##*/} $target" ;; esac
done
while read -r line; do echo "$line"; done </proc/$$/limits
while read -r line; do case $line in SigIgn* | SigBlk*) echo "$line" ;; esac; done </proc/$$/status
umask
readlink /proc/$$/cwd
cat
echo error >&2
exit 37
`;

const ENVIRONMENT = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LISTEN_FDS: '2',
  NODE_OPTIONS: '--no-warnings',
  NODE_EXTRA_CA_CERTS: '/no/such/file',
  EMPTY: '',
  QUOTED: `a 'b' "c" $d \`e\` \\f`,
  LINES: 'one\ntwo',
  IFS: ':',
  ENV: '/no/such/file',
  mh: 'ours?',
};

/** What a probe behind `command` sees; `command` gets the probe's path by name in its environment. */
export async function probe(
  command: (probePath: string) => { words: readonly string[]; environment: Record<string, string> },
  args: readonly string[],
): Promise<[string, unknown][]> {
  const root = mkdtempSync(join(tmpdir(), 'mount-hints-probe-'));
  try {
    const path = join(root, 'the-probe');
    writeFileSync(path, PROBE);
    chmodSync(path, 0o755);
    const bundle = join(root, 'bundle  name');
    mkdirSync(bundle);
    writeFileSync(join(bundle, 'config.json'), '{}');
    const { words, environment } = command(path);
    const opened = Array.from({ length: 6 }, () => openSync(join(bundle, 'config.json'), 'r'));
    const limits = 'ulimit -Sn 345; ulimit -Hn 1234; ulimit -c 0; umask 027; trap "" PIPE USR1; exec "$@"';
    const child = spawn('dash', ['-c', limits, 'sh', ...words, ...args], {
      cwd: bundle,
      stdio: ['pipe', 'pipe', 'pipe', ...opened],
      env: { ...ENVIRONMENT, ...environment },
    });
    for (const fd of opened) closeSync(fd);
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    child.stdin?.end('standard input\n');
    const status = await new Promise((resolve) =>
      child.once('close', (code, signal) => resolve(code ?? signal)),
    );
    const seen = stdout
      .replaceAll(root, 'ROOT')
      .replaceAll(/(pipe|socket):\[\d+\]/g, '$1')
      .replace(`pid ${child.pid}\n`, 'the same pid\n')
      .split('\n')
      .filter((line) => !line.startsWith('MOUNT_HINTS_'));
    return [
      ['status', status],
      ['stdout', seen],
      ['stderr', stderr],
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
