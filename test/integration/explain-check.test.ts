import { describe, expect, test } from '@jest/globals';
import { createCheckCommand } from '../../src/adapters/cli/commands/check-command.ts';
import { createExplainCommand } from '../../src/adapters/cli/commands/explain-command.ts';
import { runCommand } from '../../src/adapters/cli/commands/run-command.ts';
import { createExamplePod } from '../../src/adapters/memory-fs/example-pod.ts';
import { memoryFileSystem } from '../../src/adapters/memory-fs/memory-file-system.ts';
import { podCommandWiring } from '../../src/composition/pod-command-wiring.ts';
import type { FileSystem } from '../../src/ports/file-system.ts';
import { RecordingTerminal } from '../support/recording-terminal.ts';

const RELEASE = ['--release', '20260615'];

type Files = Record<string, string>;

function memory(files: Files): FileSystem {
  return memoryFileSystem({ files });
}

async function run(
  command: 'explain' | 'check',
  fs: FileSystem,
  args: readonly string[],
  terminal = new RecordingTerminal(),
): Promise<{ status: number; out: string; err: string }> {
  const create = command === 'explain' ? createExplainCommand : createCheckCommand;
  const status = await runCommand(create(podCommandWiring(fs)), [...RELEASE, ...args], terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

function manifest(annotations: readonly string[], volumes = 'emptyDir: {}'): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
${annotations.map((each) => `    dev.gvisor.spec.mount.${each}`).join('\n')}
spec:
  containers:
    - name: app
      volumeMounts:
        - {name: cache, mountPath: /cache}
  volumes:
    - name: cache
      ${volumes}
  runtimeClassName: gvisor
`;
}

const GOOD = manifest(['cache.type: bind', 'cache.share: container']);
const MEMORY = manifest(['cache.type: tmpfs', 'cache.share: container']);

interface Line {
  file: string;
  title: string;
  error?: { code: string; details: { line?: number; column?: number } };
  explanation: {
    wasRewritten: boolean;
    sandboxProblems: { kind: string; code?: string }[];
    containers: {
      name: string;
      mounts: { mount: { destination: string }; serving: string; why: object[] }[];
    }[];
  };
  findings: { code: string; fix: string; location: { file: string; line: number; column: number } }[];
}

function lines(out: string): Line[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function servings(line: Line | undefined): Record<string, string> {
  const mounts = line?.explanation.containers.flatMap(({ name, mounts }) =>
    mounts.map(({ mount, serving }) => [`${name}:${mount.destination}`, serving] as const),
  );
  return Object.fromEntries(mounts ?? []);
}

const EXAMPLE = {
  'web:/proc': 'special',
  'web:/dev/shm': 'shared-memory',
  'web:/scratch': 'shared-memory',
  'web:/work': 'shared-file',
  'web:/etc/app': 'gofer',
};
/** The other container of the example pod. */
const INDEXER = {
  'indexer:/proc': 'special',
  'indexer:/dev/shm': 'shared-memory',
  'indexer:/var/scratch': 'shared-memory',
  'indexer:/etc/app': 'gofer',
};

describe('bundles', () => {
  const { fs, bundles } = createExamplePod();
  const [sandbox = '', web = '', indexer = ''] = bundles;
  const files = fs as unknown as FileSystem;

  test("a container's pod is found beside it, and all is explained as after the rewrite", async () => {
    const { status, out } = await run('explain', files, ['--format', 'json', web]);
    const [line] = lines(out);
    expect(status).toBe(0);
    expect(servings(line)).toEqual({ ...EXAMPLE, ...INDEXER });
    expect(line?.explanation.wasRewritten).toBe(false);
    const scratch = line?.explanation.containers[0]?.mounts.find(
      ({ mount }) => mount.destination === '/scratch',
    );
    expect(scratch?.why).toContainEqual({ kind: 'rewritten-mount', was: 'bind', now: 'tmpfs' });
  });

  test('a sandbox brings its containers along', async () => {
    const { out } = await run('explain', files, ['--format', 'json', sandbox]);
    const [line] = lines(out);
    expect(Object.keys(servings(line))).toContain('indexer:/var/scratch');
    expect(servings(line)).toMatchObject(EXAMPLE);
  });

  test('who shares a volume is told of the whole pod, whichever of its bundles is named', async () => {
    const told = async (...paths: string[]) => {
      const { out } = await run('explain', files, paths);
      return [/^ +\/scratch.*/m, /^ +\/var\/scratch.*/m].map((row) => row.exec(out)?.[0]);
    };
    const whole = await told(sandbox);
    expect(whole).toEqual([expect.stringContaining('indexer'), expect.stringContaining('web')]);
    for (const paths of [[web], [indexer], [sandbox, web], [`${web}/config.json`, `${indexer}/`]]) {
      expect(await told(...paths)).toEqual(whole);
    }
  });

  test('bundles of one pod are one pod', async () => {
    const { out } = await run('explain', files, ['--format', 'json', indexer, `${web}/config.json`, sandbox]);
    expect(lines(out)).toHaveLength(1);
    expect(Object.keys(servings(lines(out)[0]))).toContain('web:/work');
  });

  test('--sandbox names it', async () => {
    const { out } = await run('explain', files, ['--format', 'json', '--sandbox', sandbox, web]);
    expect(servings(lines(out)[0])).toEqual({ ...EXAMPLE, ...INDEXER });
  });

  test('the directory of the engine holds one pod', async () => {
    const { out } = await run('explain', files, [
      '--format',
      'json',
      sandbox.slice(0, sandbox.lastIndexOf('/')),
    ]);
    expect(lines(out)).toHaveLength(1);
  });

  test('volumes that are kept elsewhere are told with where that is', async () => {
    const { out } = await run('check', files, ['--kubelet-dir', '/elsewhere', '--format', 'json', sandbox]);
    const fixes = lines(out)[0]?.findings.map(({ code, fix }) => [code, fix]);
    expect(fixes).toContainEqual([
      'hint-volume-unknown',
      "A container mounts it from below /var/lib/kubelet: look there, if that is kubelet's directory.",
    ]);
  });

  test('a container without a sandbox is an error', async () => {
    const alone = memory({ '/b/web/config.json': String(fs.readFileSync(`${web}/config.json`, 'utf8')) });
    const { status, err } = await run('explain', alone, ['/b/web']);
    expect(status).toBe(66);
    expect(err).toMatch(/MH_SANDBOX_NOT_FOUND: .*Name the sandbox's bundle too\. --sandbox BUNDLE /);
  });

  test('CRI-O keeps the sandbox a level higher up', async () => {
    const spec = (type: string, extra: object = {}) =>
      JSON.stringify({
        annotations: {
          'io.kubernetes.cri-o.ContainerType': type,
          'io.kubernetes.cri-o.SandboxID': 'sb',
          ...extra,
        },
        mounts: [{ destination: '/v', type: 'bind', source: '/srv/v', options: ['rbind'] }],
      });
    const hint = {
      'dev.gvisor.spec.mount.v.type': 'tmpfs',
      'dev.gvisor.spec.mount.v.share': 'pod',
      'dev.gvisor.spec.mount.v.source': '/srv/v',
    };
    const crio = memory({
      '/c/overlay-containers/sb/userdata/config.json': spec('sandbox', hint),
      '/c/overlay-containers/app/userdata/config.json': spec('container'),
    });
    const { out } = await run('explain', crio, ['--format', 'json', '/c/overlay-containers/app/userdata']);
    const [line] = lines(out);
    expect(line?.explanation.wasRewritten).toBe(true);
    expect(servings(line)).toEqual({ 'app:/v': 'shared-file' });
  });

  test('a hint that the host has no volume for is found, with its place, and the rest explained', async () => {
    const spec = JSON.parse(String(fs.readFileSync(`${sandbox}/config.json`, 'utf8')));
    spec.annotations['dev.gvisor.spec.mount.gone.type'] = 'tmpfs';
    const { fs: other, bundles: same } = createExamplePod();
    other.writeFileSync(`${same[0]}/config.json`, JSON.stringify(spec, null, 2));
    const broken = other as unknown as FileSystem;
    const explained = await run('explain', broken, ['--format', 'json', same[1] ?? '']);
    expect(lines(explained.out)[0]?.explanation.sandboxProblems).toMatchObject([
      { kind: 'rewrite-failed', code: 'MH_VOLUME_NOT_FOUND' },
    ]);
    expect(servings(lines(explained.out)[0])).toEqual({ ...EXAMPLE, ...INDEXER });
    const checked = await run('check', broken, ['--format', 'json', same[1] ?? '']);
    const [finding] =
      lines(checked.out)[0]?.findings.filter(({ code }) => code === 'hint-volume-unknown') ?? [];
    const text = JSON.stringify(spec, null, 2).split('\n');
    expect(finding?.location.file).toBe(`${same[0]}/config.json`);
    expect(text[(finding?.location.line ?? 0) - 1]).toContain('mount.gone.type');
    expect(finding?.location.column).toBe(5);
    expect(checked.status).toBe(1);
  });

  test('a pod UID that cannot be looked up is not blamed on a directory', async () => {
    const { fs: other, bundles: same } = createExamplePod();
    const change = (bundle = '', edit: (spec: ReturnType<typeof JSON.parse>) => void) => {
      const spec = JSON.parse(String(other.readFileSync(`${bundle}/config.json`, 'utf8')));
      edit(spec);
      other.writeFileSync(`${bundle}/config.json`, JSON.stringify(spec));
    };
    change(same[0], (spec) => {
      spec.annotations['io.kubernetes.cri.sandbox-uid'] = '../x';
      delete spec.annotations['io.kubernetes.cri.sandbox-log-directory'];
    });
    change(same[1], (spec) => {
      const source = '/var/lib/kubelet/pods/u/etc-hosts';
      spec.mounts.unshift({ destination: '/etc/hosts', type: 'bind', source, options: ['rbind'] });
    });
    const { out } = await run('check', other as unknown as FileSystem, ['--format', 'json', same[1] ?? '']);
    const found = lines(out).flatMap(({ findings }) =>
      findings.filter(({ code }) => code === 'hint-volume-unknown'),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ fix }) => fix.includes('look there'))).toEqual([]);
  });
});

describe('manifests', () => {
  test('none of which has a pod are told to leave nothing to explain', async () => {
    const fs = memory({ '/m/empty.yaml': '', '/m/service.yaml': 'kind: Service\nmetadata: {name: s}\n' });
    expect(await run('explain', fs, ['/m'])).toEqual({
      status: 0,
      out: '',
      err: 'note: no pod was found: no object in /m is a pod, or makes pods\nnothing to explain\n',
    });
  });

  test('a good one passes', async () => {
    expect(await run('check', memory({ '/m/pod.yaml': GOOD }), ['/m'])).toEqual({
      status: 0,
      out: '',
      err: 'nothing found in 1 pod\n',
    });
  });

  test('findings have a file, a line and a column', async () => {
    const { status, out } = await run('check', memory({ '/m/pod.yaml': MEMORY }), ['--format', 'json', '/m']);
    expect(status).toBe(1);
    expect(lines(out)[0]?.findings).toMatchObject([
      { code: 'empty-dir-in-memory', location: { file: '/m/pod.yaml', line: 6, column: 5 } },
    ]);
  });

  test('--ignore and --severity leave findings out', async () => {
    const fs = memory({ '/m/pod.yaml': MEMORY });
    expect((await run('check', fs, ['--ignore', 'empty-dir-in-memory', '/m'])).status).toBe(0);
    expect((await run('check', fs, ['--severity', 'error', '/m'])).status).toBe(0);
    expect((await run('check', fs, ['--severity', 'info', '/m'])).status).toBe(1);
  });

  test.each([
    ['--ignore', 'no-such-code'],
    ['--severity', 'high'],
    ['--format', 'xml'],
  ])('%s %s is wrong usage', async (option, value) => {
    const { status, err } = await run('check', memory({ '/m/pod.yaml': GOOD }), [option, value, '/m']);
    expect(status).toBe(2);
    expect(err).toContain('MH_USAGE');
  });

  test('no input is wrong usage', async () => {
    expect((await run('check', memory({}), [])).status).toBe(2);
  });

  test('a JSON manifest, and one on standard input', async () => {
    const spec = { runtimeClassName: 'gvisor', containers: [], volumes: [] };
    const pod = { kind: 'Pod', metadata: { name: 'p' }, spec };
    const { out } = await run('explain', memory({ '/p.json': JSON.stringify(pod) }), [
      '--format',
      'json',
      '/p.json',
    ]);
    expect(lines(out)[0]?.title).toBe('Pod p');
    const terminal = new RecordingTerminal();
    terminal.standardInput = Buffer.from(MEMORY);
    expect((await run('check', memory({}), ['-'], terminal)).out).toContain('-:6:5');
  });

  test('a spec on standard input', async () => {
    const spec = { ociVersion: '1.1.0', mounts: [{ destination: '/v', type: 'tmpfs', source: 'x' }] };
    const terminal = new RecordingTerminal();
    terminal.standardInput = Buffer.from(JSON.stringify(spec));
    const { out } = await run('explain', memory({}), ['--format', 'json', '-'], terminal);
    expect(servings(lines(out)[0])).toEqual({ 'sandbox:/v': 'private-memory' });
  });

  test.each([
    ['broken YAML', 'kind: Pod\nmetadata:\n  name: [a\n', 'MH_MANIFEST_INVALID'],
    [
      'a template that was not rendered',
      `kind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n`,
      'MH_MANIFEST_INVALID',
    ],
    ['a pod of the wrong shape', 'kind: Pod\nspec:\n  volumes: 5\n', 'MH_MANIFEST_INVALID'],
  ])('%s is an error with its place, and the other files are checked', async (_, text, code) => {
    const fs = memory({ '/m/a.yaml': text, '/m/b.yaml': MEMORY });
    const { status, err, out } = await run('check', fs, ['/m']);
    expect(status).toBe(65);
    expect(err).toMatch(new RegExp(`^error ${code}: /m/a.yaml:[0-9]+:[0-9]+: `));
    expect(out).toContain('/m/b.yaml:6:5');
  });

  test('documents of other kinds, and empty ones, are passed over; several pods are all checked', async () => {
    const text = `---\nkind: Service\n---\n# nothing\n---\n${MEMORY}---\n${GOOD}---\n${MEMORY}`;
    const { out, err } = await run('check', memory({ '/m/all.yaml': text }), [
      '--format',
      'json',
      '/m/all.yaml',
    ]);
    expect(err).toBe('');
    expect(lines(out).map(({ findings }) => findings.length)).toEqual([1, 0, 1]);
  });

  test('hints on a workload instead of its pod template are found', async () => {
    const deployment = `kind: Deployment
metadata:
  name: web
  annotations: {dev.gvisor.spec.mount.cache.type: bind}
spec:
  template:
    metadata: {labels: {a: b}}
    spec: {runtimeClassName: gvisor, containers: [], volumes: []}
`;
    const { out } = await run('check', memory({ '/d.yaml': deployment }), ['--format', 'json', '/d.yaml']);
    expect(lines(out)[0]?.findings).toMatchObject([
      { code: 'hint-on-workload', location: { line: 4, column: 17 } },
    ]);
    const pod = await run('check', memory({ '/p.yaml': GOOD }), ['/p.yaml']);
    expect(pod.status).toBe(0);
  });

  test('a file that cannot be found is an error, and the others are checked', async () => {
    const { status, out } = await run('check', memory({ '/m/b.yaml': MEMORY }), ['/nowhere', '/m/b.yaml']);
    expect(status).toBe(66);
    expect(out).toContain('empty-dir-in-memory');
  });
});

describe('a pod without hints', () => {
  const fs = memory({
    '/p.yaml': `kind: Pod
metadata: {name: web}
spec:
  runtimeClassName: gvisor
  containers:
    - name: app
      volumeMounts:
        - {name: scratch, mountPath: /scratch}
        - {name: memory, mountPath: /memory}
        - {name: config, mountPath: /etc/app}
        - {name: data, mountPath: /data}
  volumes:
    - {name: scratch, emptyDir: {}}
    - {name: memory, emptyDir: {medium: Memory, sizeLimit: 64Mi}}
    - {name: config, configMap: {name: c}}
    - {name: data, persistentVolumeClaim: {claimName: d}}
`,
  });

  test('is told what each volume is, and what could be done', async () => {
    const { out } = await run('explain', fs, ['/p.yaml']);
    const text = out.replace(/\n +/g, ' ');
    expect(text).toMatch(
      /scratch: emptyDir on disk; no hint: .*slower.*would write type bind, share container/,
    );
    expect(text).toMatch(/memory: emptyDir in memory, sizeLimit 64Mi; no hint: .*would write type tmpfs/);
    expect(text).toContain("config: configMap; no hint: the host's directory serves it, as it should");
    expect(text).toContain(
      "data: persistentVolumeClaim; no hint: the host's directory serves it, as it should",
    );
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('is told by check that there is more to know', async () => {
    const { status, err } = await run('check', fs, ['/p.yaml']);
    expect([status, err]).toEqual([0, 'nothing found in 1 pod; 2 more with --severity info\n']);
    const { out } = await run('check', fs, ['--severity', 'info', '/p.yaml']);
    expect(out.match(/empty-dir-unhinted/g)).toHaveLength(2);
  });

  test('with a mistake is told by explain what to write instead', async () => {
    expect((await run('explain', memory({ '/m.yaml': MEMORY }), ['/m.yaml'])).out).toContain('  fix: ');
  });
});

describe('formats', () => {
  const fs = memory({ '/m/pod.yaml': MEMORY });

  test('github', async () => {
    const { out } = await run('check', fs, ['--format', 'github', '/m']);
    expect(out).toMatch(/^::warning file=\/m\/pod.yaml,line=6,col=5,title=empty-dir-in-memory::/);
    expect(out.split('\n')).toHaveLength(2);
  });

  test('sarif is one log with its rules, places and failed inputs', async () => {
    const broken = memory({ '/m/pod.yaml': MEMORY, '/m/z.yaml': 'a: [' });
    const { out, status } = await run('check', broken, ['--format', 'sarif', '/m']);
    expect(status).toBe(65);
    const log = JSON.parse(out);
    expect(log.version).toBe('2.1.0');
    expect(log.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([
      'empty-dir-in-memory',
    ]);
    expect(log.runs[0].results).toMatchObject([
      {
        ruleId: 'empty-dir-in-memory',
        ruleIndex: 0,
        level: 'warning',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: '/m/pod.yaml' },
              region: { startLine: 6, startColumn: 5 },
            },
          },
        ],
      },
    ]);
    expect(log.runs[0].invocations[0].toolExecutionNotifications).toHaveLength(1);
  });

  test.each([40, 80, 160])('the table fits %d columns, coloured or not', async (columns) => {
    const { fs: example, bundles } = createExamplePod();
    for (const colour of [false, true]) {
      const terminal = Object.assign(new RecordingTerminal(), { columns, colour });
      const { out } = await run('explain', example as unknown as FileSystem, [bundles[0] ?? ''], terminal);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape codes of colours.
      const plain = out.replaceAll(/\u001b\[[0-9;]*m/g, '');
      expect(plain === out).toBe(!colour);
      const longest = Math.max(...plain.split('\n').map((line) => line.length));
      if (columns >= 80) expect(longest).toBeLessThanOrEqual(columns);
      expect(plain).toContain('disk (file)');
      expect(plain).toContain('/scratch');
    }
  });

  test('nothing that a tenant writes moves the cursor', async () => {
    const evil = manifest(['cache.type: "\\e[2J\\r"', 'cache.share: pod']);
    for (const command of ['explain', 'check'] as const) {
      const { out, err } = await run(command, memory({ '/p.yaml': evil }), ['/p.yaml']);
      expect(out + err).not.toContain('\u001b');
      expect(out + err).not.toContain('\r');
    }
  });

  test('mermaid draws one node for what is shared', async () => {
    const { fs: example, bundles } = createExamplePod();
    const { out } = await run('explain', example as unknown as FileSystem, [
      '--format',
      'mermaid',
      bundles[0] ?? '',
    ]);
    expect(out).toContain('flowchart LR');
    const scratch = out.split('\n').filter((line) => line.includes('scratch: memory, one for the pod'));
    expect(scratch).toHaveLength(1);
    const node = scratch[0]?.trim().split('[')[0] ?? '';
    expect(out.split('\n').filter((line) => line.endsWith(` ${node}`))).toHaveLength(2);
  });
});

describe('flags', () => {
  const claim = manifest([], 'persistentVolumeClaim: {claimName: c}').replace('  annotations:\n', '');

  test('runsc.toml changes the answer', async () => {
    const fs = memory({ '/p.yaml': claim, '/runsc.toml': '[runsc_config]\noverlay2 = "all:memory"\n' });
    const { out } = await run('explain', fs, [
      '--format',
      'json',
      '--runsc-config',
      '/runsc.toml',
      '/p.yaml',
    ]);
    expect(servings(lines(out)[0])).toMatchObject({ 'app:/cache': 'overlay' });
  });

  test('one that is not there is an error', async () => {
    const fs = memory({ '/p.yaml': claim });
    const { status, err } = await run('explain', fs, ['--runsc-config', '/runsc.toml', '/p.yaml']);
    expect(status).toBe(66);
    expect(err).toContain('MH_INPUT_NOT_FOUND');
  });

  test.each(['runsc_config = 5', '[runsc_config'])('a bad one (%s) is an error', async (text) => {
    const fs = memory({ '/p.yaml': claim, '/runsc.toml': text });
    const { status, err } = await run('explain', fs, ['--runsc-config', '/runsc.toml', '/p.yaml']);
    expect(status).toBe(2);
    expect(err).toContain('MH_CONFIG_INVALID');
  });

  test('a release before the first band is not modelled', async () => {
    const { status, err } = await run('explain', memory({ '/p.yaml': claim }), [
      '--release',
      '20230517',
      '/p.yaml',
    ]);
    expect(status).toBe(65);
    expect(err).toContain('MH_RELEASE_NOT_MODELLED');
  });
});

describe.each(['explain', 'check'] as const)('a long run of %s', (command) => {
  const count = 10;
  const manifests = memory(
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`/pods/${index}.yaml`, GOOD])),
  );
  const { fs, bundles } = createExamplePod();

  test('shows its progress after a second, on a terminal', async () => {
    const terminal = Object.assign(new RecordingTerminal(), { interactive: true, tick: 250 });
    expect((await run(command, manifests, ['/pods'], terminal)).status).toBe(0);
    expect(terminal.statuses.at(-1)).toBe('');
    expect(terminal.statuses.length).toBeGreaterThan(2);
    for (const line of terminal.statuses.slice(0, -1))
      expect(line).toMatch(/^\d+\/10 · \d+\/s · \d+ s left$/);
  });

  test.each([
    ['elsewhere', false, 250],
    ['before that', true, 1],
  ])('shows none %s', async (_, interactive, tick) => {
    const terminal = Object.assign(new RecordingTerminal(), { interactive, tick });
    expect((await run(command, manifests, ['/pods'], terminal)).status).toBe(0);
    expect(terminal.statuses).toEqual([]);
  });

  test('ends with the file in hand when a signal asks it to', async () => {
    const terminal = Object.assign(new RecordingTerminal(), { tick: 10, signalAfter: 2 });
    const { out } = await run(command, manifests, ['--format', 'json', '/pods'], terminal);
    expect(terminal.endedBy).toBe('SIGTERM');
    expect(terminal.stderr).toContain('note: stopped by a signal: what comes behind was not read\n');
    expect(lines(out).length).toBeGreaterThan(0);
    expect(lines(out).length).toBeLessThan(count);
  });

  test('ends between bundles too, of which none is put together then', async () => {
    const terminal = Object.assign(new RecordingTerminal(), { tick: 30, signalAfter: 1 });
    const { out } = await run(
      command,
      fs as unknown as FileSystem,
      ['--format', 'json', ...bundles],
      terminal,
    );
    expect({ endedBy: terminal.endedBy, out }).toEqual({ endedBy: 'SIGTERM', out: '' });
  });

  test('that no signal met ends by itself', async () => {
    const terminal = Object.assign(new RecordingTerminal(), { tick: 30 });
    const { out } = await run(command, manifests, ['--format', 'json', '/pods'], terminal);
    expect(lines(out)).toHaveLength(count);
    expect(terminal.endedBy).toBeUndefined();
    expect(terminal.stderr).not.toContain('stopped');
  });
});
