import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createAnnotateCommand } from '../../../src/adapters/cli/commands/annotate-command.ts';
import { createCheckCommand } from '../../../src/adapters/cli/commands/check-command.ts';
import type { Command } from '../../../src/adapters/cli/commands/command.ts';
import { createDoctorCommand } from '../../../src/adapters/cli/commands/doctor-command.ts';
import { createExplainCommand } from '../../../src/adapters/cli/commands/explain-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { createUpdateCommand } from '../../../src/adapters/cli/commands/update-command.ts';
import { renderDiff } from '../../../src/adapters/cli/rendering/render-diff.ts';
import { renderGithub } from '../../../src/adapters/cli/rendering/render-findings.ts';
import { runFunction } from '../../../src/adapters/krm/run-function.ts';
import { readRuntimeArguments } from '../../../src/adapters/oci-runtime/runtime-arguments.ts';
import { RuntimeLog } from '../../../src/adapters/oci-runtime/runtime-log.ts';
import { YamlManifestReader } from '../../../src/adapters/yaml/yaml-manifest-reader.ts';
import { YamlResourceListReader } from '../../../src/adapters/yaml/yaml-resource-list-reader.ts';
import { annotateWiring } from '../../../src/composition/commands/annotate.ts';
import { doctorWiring } from '../../../src/composition/commands/doctor.ts';
import { updateWiring } from '../../../src/composition/commands/update.ts';
import { podCommandWiring } from '../../../src/composition/pod-command-wiring.ts';
import { oneLine } from '../../../src/domain/text/escape-controls.ts';
import { safeJson } from '../../../src/domain/text/safe-json.ts';
import { NodeTrees } from '../../support/node-tree.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';
import { Workplace } from '../../support/workplace.ts';

/** Clears the screen, with an escape and with C1's; turns the writing around; ends the line; is not seen. */
const HOSTILE = 'x\u001b[2J\u009b2J\u0085\u061c\u200f\u202e\u2066\u2028\u200b\u00ad\u2060\ufe0f\ufeff';
/** What a terminal would obey or not show; line feeds are ours. */
const OBEYED = /[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u2028\u2029]|(?!\n)\p{Cc}/u;

let place: Workplace;
let trees: NodeTrees;
beforeEach(() => {
  place = new Workplace();
  trees = new NodeTrees();
});
afterEach(() => {
  jest.restoreAllMocks();
  place.remove();
  trees.remove();
});

/** Standard output of a command, which has nothing that a terminal would obey; nor has standard error. */
async function safeOutput(command: Command, ...args: string[]): Promise<string> {
  const terminal = new RecordingTerminal();
  await runCommand(command, args, terminal);
  expect(terminal.stdout + terminal.stderr).not.toMatch(OBEYED);
  return terminal.stdout;
}

const spec = {
  ociVersion: '1.0.2',
  annotations: {
    'io.kubernetes.cri.container-type': 'container',
    [`dev.gvisor.spec.mount.${HOSTILE}.type`]: 'tmpfs',
    'dev.gvisor.spec.mount.a.type': HOSTILE,
  },
  mounts: [
    {
      destination: `/d${HOSTILE}`,
      type: 'bind',
      source: '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/a',
      options: ['rbind', HOSTILE],
    },
  ],
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: HOSTILE, annotations: { [`dev.gvisor.spec.mount.${HOSTILE}.type`]: HOSTILE } },
  spec: {
    runtimeClassName: 'gvisor',
    volumes: [{ name: HOSTILE, emptyDir: {} }],
    containers: [{ name: HOSTILE, volumeMounts: [{ name: HOSTILE, mountPath: `/${HOSTILE}` }] }],
  },
};

function manifest(): string {
  const path = join(place.root, 'pod.json');
  writeFileSync(path, JSON.stringify(pod));
  return path;
}

test('JSON that is safe to show is the same value', () => {
  const value = { [HOSTILE]: [HOSTILE, 'é😀', 12n] };
  for (const indent of [undefined, 2]) {
    const json = safeJson(value, indent);
    expect(json).not.toMatch(OBEYED);
    expect(JSON.parse(json)).toEqual({ [HOSTILE]: [HOSTILE, 'é😀', '12'] });
  }
});

test('every character that is not seen is spelt out in a line', () => {
  const unseen = [];
  for (let code = 0; code < 0x11_0000; code++) {
    const character = String.fromCodePoint(code);
    if (/[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u.test(character)) unseen.push(character);
  }
  expect(unseen.length).toBeGreaterThan(4000);
  expect(unseen.filter((character) => !/^(?:\\u[\da-f]{4})+$/.test(oneLine(character)))).toEqual([]);
  expect(oneLine('é 漢 😀 ا')).toBe('é 漢 😀 ا');
});

describe('A chart for Mermaid', () => {
  test('has no directive, entity or Markdown of a tenant', async () => {
    const name = '%%%{init: {"theme": "dark"}}%% `#lt;b#gt;`';
    const path = join(place.root, 'pod.json');
    const text = JSON.stringify(pod).replaceAll(
      JSON.stringify(HOSTILE).slice(1, -1),
      JSON.stringify(name).slice(1, -1),
    );
    writeFileSync(path, text);
    const out = await safeOutput(
      createExplainCommand(podCommandWiring()),
      '--format=mermaid',
      '--release=20260615',
      path,
    );
    expect(out).toContain(
      '#37;#37;%{init: {&quot;theme&quot;: &quot;dark&quot;}}#37;#37; #96;#35;lt;b#35;gt;#96;',
    );
    const [title = '', ...chart] = out.split('\n');
    expect(title.slice(2)).not.toContain('%%');
    expect(chart.join('\n')).not.toMatch(/%%|`|#(?!3[57];|96;)/);
  });
});

describe('No terminal obeys what a tenant wrote', () => {
  test.each(['--json', '--dry-run', '--diff'])('in what update shows with %s', async (option) => {
    const bundle = place.bundle('a', JSON.stringify(spec));
    const out = await safeOutput(
      createUpdateCommand(updateWiring),
      '--release=20260615',
      option,
      '-n',
      bundle,
    );
    expect(out).toContain(String.raw`\u202e`);
    if (option === '--json') expect(JSON.parse(out).edits[0].destination).toBe(`/d${HOSTILE}`);
  });

  test('in the names of bundles and nodes', async () => {
    const bundle = place.bundle(HOSTILE, JSON.stringify({ ...spec, mounts: [] }));
    for (const option of ['--dry-run', '--diff', '--check', '--quiet']) {
      await safeOutput(createUpdateCommand(updateWiring), '--release=20260615', option, bundle);
    }
    await safeOutput(createUpdateCommand(updateWiring), '--release=20260615', bundle, `${bundle}x`);
    await safeOutput(createDoctorCommand(doctorWiring), '--root', bundle);
  });

  test('in what annotate shows', async () => {
    const command = createAnnotateCommand(annotateWiring);
    const out = await safeOutput(command, '--json', '-n', manifest());
    expect(JSON.parse(out).pods[0].name).toBe(HOSTILE);
    await safeOutput(command, '-n', manifest());
  });

  test.each(['text', 'json', 'sarif', 'github'])('in the findings of check as %s', async (format) => {
    const command = createCheckCommand(podCommandWiring());
    const out = await safeOutput(
      command,
      '--release=20260615',
      '--severity=info',
      `--format=${format}`,
      manifest(),
    );
    expect(out).toContain(String.raw`\u202e`);
    if (format === 'json') expect(JSON.parse(out).title).toContain(HOSTILE);
    if (format === 'sarif') expect(JSON.parse(out).runs[0].results).not.toEqual([]);
  });

  test.each(['table', 'json', 'mermaid'])('in what explain says as %s', async (format) => {
    const command = createExplainCommand(podCommandWiring());
    const out = await safeOutput(command, '--release=20260615', `--format=${format}`, manifest());
    expect(out).toContain(String.raw`\u202e`);
    if (format === 'json') expect(JSON.parse(out).title).toContain(HOSTILE);
  });

  test.each([[[]], [['--json']]])("in what doctor shows of a node's files with %j", async (options) => {
    const name = HOSTILE.replaceAll('/', '');
    const root = trees.create({
      '/usr/bin/runsc': '',
      '/etc/containerd/config.toml': `version = 2\nimports = [${safeJson(`/etc/${name}.toml`)}]\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${safeJson(name)}]\nruntime_type = "io.containerd.runsc.v1"\n`,
      [`/etc/${name}.toml`]: 'version = 2\n',
    });
    const out = await safeOutput(createDoctorCommand(doctorWiring), '--root', root, ...options);
    expect(out).toContain(String.raw`\u202e`);
  });

  test('in the results of the KRM function, which YAML would not take either', () => {
    const { output, results } = runFunction(
      { lists: new YamlResourceListReader(), manifests: new YamlManifestReader() },
      safeJson({ kind: 'ResourceList', items: [pod] }),
    );
    expect(results.length).toBeGreaterThan(0);
    expect(output).not.toMatch(OBEYED);
  });

  test.each(['json', 'text'])('in what the runtime reports as %s', (format) => {
    let errors = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      errors += text;
      return true;
    });
    const [log, own] = [join(place.root, 'log'), join(place.root, 'own')];
    const words = [`--log=${log}`, `--log-file=${own}`, `--log-format=${format}`];
    new RuntimeLog(readRuntimeArguments(words)).report('error', HOSTILE, { name: HOSTILE });
    new RuntimeLog(readRuntimeArguments([`--log-format=${format}`])).report('error', HOSTILE);
    for (const text of [errors, readFileSync(log, 'utf8'), readFileSync(own, 'utf8')]) {
      expect(text).toContain(String.raw`\u202e`);
      expect(text).not.toMatch(OBEYED);
    }
  });
});

describe('A finding as a workflow command', () => {
  test('has no control characters of a tenant', () => {
    const line = renderGithub({
      code: 'unknown-field',
      severity: 'error',
      message: 'v\u001b[2J\u009b\u202e\n::error::x',
      fix: 'remove it',
      location: { file: 'a\u001b.yaml', line: 1, column: 1 },
      pod: 'p',
    });
    expect(line.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe('A diff', () => {
  const text = (value: string) => `a: 1\r\n\tb: "${value}"\r\nc: x\ry\n`;
  const hostile = 'v\u001b[2J\u009b31m\u202e\u2066\u0007\u0000';
  const diffOf = (shows: boolean, colour: boolean) =>
    renderDiff('a\u001b\nb.yaml', text('old'), text(hostile), { shows, colour });

  test.each([false, true])(
    'on a terminal spells out what a file would make it do (colour: %p)',
    async (colour) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of the diff itself
      const shown = (await diffOf(true, colour)).replaceAll(/\u001b\[\d+m/g, '');
      expect(shown).not.toMatch(/[^\P{Cc}\n\t\r]|\p{Bidi_Control}|\r(?!\n)/u);
      expect(shown).toContain(String.raw`v\u001b[2J\u009b31m\u202e\u2066\u0007\u0000`);
      expect(shown).toContain(String.raw`c: x\u000dy`);
      expect(shown).toContain('+\tb: ');
    },
  );

  test('elsewhere has the exact bytes of the file', async () => {
    const exact = await diffOf(false, false);
    expect(exact).toContain(`+\tb: "${hostile}"\r\n`);
    expect(exact).toContain('c: x\ry\n');
    expect(exact.split('\n', 1)[0]).toContain('b.yaml');
  });

  test('of annotate and update escapes where standard output is a terminal', async () => {
    const file = join(place.root, 'pod.json');
    const plain = {
      ...pod,
      metadata: { name: 'p', labels: { l: HOSTILE } },
      spec: {
        runtimeClassName: 'gvisor',
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      },
    };
    writeFileSync(file, JSON.stringify(plain, null, 1));
    const bundle = place.bundle('a', JSON.stringify(spec, null, 1));
    for (const [command, ...args] of [
      [createAnnotateCommand(annotateWiring), '--diff', file],
      [createUpdateCommand(updateWiring), '--release=20260615', '--diff', bundle],
    ] as [Command, ...string[]][]) {
      const outputs = [true, false].map(async (shows) => {
        const terminal = Object.assign(new RecordingTerminal(), { shows });
        await runCommand(command, args, terminal);
        expect(terminal.stderr).not.toContain('error');
        return terminal.stdout;
      });
      const [shown = '', exact = ''] = await Promise.all(outputs);
      expect(shown).not.toMatch(OBEYED);
      expect(exact).toMatch(OBEYED);
    }
  });
});
