import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { examine } from '../../support/node-tree.ts';

const CONTAINERD = '/etc/containerd/config.toml';
const RUNTIMES = 'plugins."io.containerd.grpc.v1.cri".containerd.runtimes';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mount-hints-hostile-node-'));
  mkdirSync(join(root, 'var/lib/kubelet'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** How often each code is found. */
async function found(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code } of (await examine(root)).findings) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

describe('imports', () => {
  test('through links to their own directory are read once', async () => {
    for (const name of ['l1', 'l2']) {
      mkdirSync(join(root, 'etc/containerd'), { recursive: true });
      symlinkSync('.', join(root, 'etc/containerd', name));
    }
    write(CONTAINERD, 'imports = ["l1/config.toml", "l2/config.toml"]\n');
    expect((await examine(root)).containerd[0]?.files).toHaveLength(1);
  });

  test('by a pattern through ten such links are given up, and named', async () => {
    mkdirSync(join(root, 'x'));
    for (let link = 0; link < 10; link++) symlinkSync('.', join(root, 'x', `l${link}`));
    write('/x/a.toml', '');
    write(CONTAINERD, 'imports = ["/x/*/*/*/*/*/*"]\n');
    const { findings } = await examine(root);
    const [first] = findings.filter(({ code }) => code === 'DOCTOR_IMPORT_TOO_MANY');
    expect(first).toMatchObject({ path: CONTAINERD, message: expect.stringContaining('/x/*/*/*/*/*/*') });
  });

  test('of 1,500 files that import each other are all read, once', async () => {
    for (let file = 0; file < 1500; file++) {
      write(`/etc/containerd/conf.d/${file}.toml`, 'imports = ["/etc/containerd/conf.d/*.toml"]\n');
    }
    write(CONTAINERD, 'imports = ["conf.d/*.toml"]\n');
    expect((await examine(root)).containerd[0]?.files).toHaveLength(1501);
  });

  test('of more than 10,000 files end with the one that is too many', async () => {
    const chain = (file: number) => `imports = ["/c/${file + 1}.toml"]\n`;
    for (let file = 0; file <= 10_000; file++) write(`/c/${file}.toml`, chain(file));
    write(CONTAINERD, chain(-1));
    const { containerd, findings } = await examine(root);
    expect(containerd[0]?.files).toHaveLength(10_000);
    expect(findings.find(({ code }) => code === 'DOCTOR_IMPORT_TOO_MANY')).toMatchObject({
      path: '/c/9998.toml',
      message: expect.stringContaining('/c/9999.toml'),
    });
  });
});

describe('values', () => {
  const DEEP = `${'a.'.repeat(20_000)}a = 1`;

  test('below deep dotted keys are passed over, where they mean nothing and where they do', async () => {
    write(
      CONTAINERD,
      `version = 2\nimports = ["b.toml"]\n[${RUNTIMES}.runsc]\nruntime_type = "io.containerd.runsc.v1"\npod_annotations = ["dev.gvisor.*"]\noptions.ConfigPath = "/etc/runsc.toml"\noptions.TypeUrl = "io.containerd.runsc.v1.options"\n${DEEP}\n`,
    );
    write('/etc/containerd/b.toml', `${DEEP}\n[${RUNTIMES}.runsc.options.${'a.'.repeat(20_000)}b]\n`);
    write('/etc/runsc.toml', `${DEEP}\n[runsc_config]\n${DEEP}\n`);
    expect(await found()).toMatchObject({ DOCTOR_SHIM_CONFIG_VALUE: 1, DOCTOR_SHIM_CONFIG_UNKNOWN: 1 });
  });

  test('of any kind are told in a line', async () => {
    write(CONTAINERD, `version = 2\n[${RUNTIMES}.runsc]\noptions.ConfigPath = "/etc/runsc.toml"\n`);
    const values = [
      '12345678901234567890',
      '1979-05-27',
      '[1]',
      '{a = 1}',
      'nan',
      `"${'x'.repeat(100_000)}"`,
    ];
    write('/etc/runsc.toml', values.map((value, index) => `k${index} = ${value}\n`).join(''));
    const { findings } = await examine(root);
    const messages = findings.filter(({ code }) => code === 'DOCTOR_SHIM_CONFIG_UNKNOWN');
    expect(messages).toHaveLength(6);
    for (const { message } of findings) expect(message.length).toBeLessThan(500);
  });

  test('by the hundred thousand make no more findings than somebody reads', async () => {
    write(CONTAINERD, `version = 2\n[${RUNTIMES}.runsc]\noptions.ConfigPath = "/etc/runsc.toml"\n`);
    const keys = Array.from({ length: 100_000 }, (_, key) => `k${key} = 1\n`).join('');
    write('/etc/runsc.toml', `${keys}[runsc_config]\n${keys}`);
    expect(await found()).toMatchObject({ DOCTOR_SHIM_CONFIG_VALUE: 21, DOCTOR_SHIM_CONFIG_UNKNOWN: 21 });
  });

  test('of one runtime in 1,500 layers are laid over each other', async () => {
    for (let file = 0; file < 1500; file++) {
      const name = file % 2 ? 'runsc' : `runsc-${file}`;
      write(`/etc/containerd/conf.d/${file}.toml`, `[${RUNTIMES}.${name}]\nkey${file} = 1\n`);
    }
    write(CONTAINERD, 'version = 2\nimports = ["conf.d/*.toml"]\n');
    expect((await examine(root)).containerd[0]?.runtimes).toHaveLength(751);
  });

  test('of the name of what objects inherit are keys like others', async () => {
    write(CONTAINERD, `version = 2\nimports = ["b.toml"]\n[${RUNTIMES}.__proto__]\nruntime_type = "x"\n`);
    write('/etc/containerd/b.toml', `[${RUNTIMES}.__proto__]\noptions.BinaryName = "/usr/bin/runsc"\n`);
    expect((await examine(root)).containerd[0]?.runtimes).toEqual(['__proto__']);
  });
});

describe("kubelet's arguments", () => {
  test.each([
    ['lines without text', '\n'.repeat(1_000_000)],
    ['slashes', `--root-dir=${'/'.repeat(1_000_000)}x`],
    ['spaces', `--root-dir=${' '.repeat(1_000_000)}x`],
    ['options', '--root-dir='.repeat(100_000)],
  ])('of a megabyte of %s are searched once', async (_, text) => {
    write('/etc/default/kubelet', text);
    const started = process.cpuUsage();
    await examine(root);
    // Searching again from every place takes minutes and more.
    expect(process.cpuUsage(started).user).toBeLessThan(10_000_000);
  });
});

test.each([
  ['a depth', { [`${'d/'.repeat(120)}a.conf`]: 1 }, 'nested too deep'],
  ['a number', Object.fromEntries(Array.from({ length: 10_001 }, (_, file) => [file, 1])), '10000 files'],
])("CRI-O's drop-ins are walked to %s", async (_, files, reason) => {
  for (const file of Object.keys(files)) write(`/etc/crio/crio.conf.d/${file}`, '');
  const { findings } = await examine(root);
  expect(findings.filter(({ code }) => code === 'DOCTOR_UNREADABLE')).toEqual([
    expect.objectContaining({ message: expect.stringContaining(reason) }),
  ]);
});
