import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCheckCommand } from '../../src/adapters/cli/commands/check-command.ts';
import type { Command } from '../../src/adapters/cli/commands/command.ts';
import { createExplainCommand } from '../../src/adapters/cli/commands/explain-command.ts';
import { runCommand } from '../../src/adapters/cli/commands/run-command.ts';
import { HostSourceLookup } from '../../src/adapters/host-fs/host-source-lookup.ts';
import { memoryFileSystem } from '../../src/adapters/memory-fs/memory-file-system.ts';
import { podCommandWiring } from '../../src/composition/pod-command-wiring.ts';
import { safeJson } from '../../src/domain/text/safe-json.ts';
import {
  check,
  explain,
  type Facts,
  type FileSystem,
  inspectBundles,
  isMountHintsError,
  type OciSpec,
  type PodDocuments,
} from '../../src/index.ts';
import { inspectManifest } from '../../src/manifests.ts';
import { arbitraryManifestPods, releases } from '../support/arbitrary-manifest-pods.ts';
import { RecordingTerminal } from '../support/recording-terminal.ts';

const VOLUMES = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir';
const NAMES = ['cache', 'data'] as const;
const SHM = '/run/sandboxes/s/shm';

const key = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('cache', 'data', 'gone', 'gvisorinternaldevshm'),
      fc.constantFrom('type', 'share', 'options', 'source', 'directfs'),
    )
    .map(([name, field]) => `dev.gvisor.spec.mount.${name}.${field}`),
  fc.constantFrom('dev.gvisor.empty-dir.cache.force-shared', 'dev.gvisor.flag.overlay2'),
);
const value = fc.constantFrom(
  'tmpfs',
  'bind',
  'pod',
  'shared',
  'ro,size=1g',
  'true',
  `${VOLUMES}/cache`,
  SHM,
);
const hints = fc.dictionary(key, value, { maxKeys: 6 });
const mounts = fc.array(
  fc.record({
    destination: fc.constantFrom('/dev/shm', '/cache', '/data'),
    type: fc.constantFrom('bind', 'tmpfs'),
    source: fc.constantFrom(`${VOLUMES}/cache`, `${VOLUMES}/data`, SHM, 'shm'),
    options: fc.subarray(['rbind', 'ro', 'rprivate']),
  }),
  { maxLength: 4 },
);
const member = fc.record({ hints, mounts });
const bundledPods = fc.record({
  sandbox: member,
  containers: fc.array(member, { maxLength: 2 }),
  sameHints: fc.boolean(),
  full: fc.subarray([...NAMES]),
});

interface Member {
  readonly hints: Record<string, string>;
  readonly mounts: OciSpec['mounts'];
}

function specOf({ hints, mounts }: Member, type: string, name: string): OciSpec {
  return {
    ociVersion: '1.1.0',
    annotations: {
      ...hints,
      'io.kubernetes.cri.container-type': type,
      'io.kubernetes.cri.container-name': name,
      'io.kubernetes.cri.sandbox-id': 's',
      'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/n_p_u',
    },
    mounts,
  } as OciSpec;
}

/** What is on the node, as the library is told of it. */
function factsOf(full: readonly string[]): Facts {
  const path = (name: string) => `${VOLUMES}/${name}`;
  return {
    directories: new Map([...NAMES, 'gone'].map((name) => [name, name === 'gone' ? [] : [path(name)]])),
    unreadable: [],
    empty: new Map(NAMES.map((name) => [path(name), !full.includes(name)])),
    tmpfsSizes: new Map([...NAMES.map(path), SHM, 'shm'].map((each) => [each, undefined])),
  };
}

/** One answer, or the code of the error that there is instead. */
type Answer = { readonly explanation: unknown; readonly findings: unknown } | { readonly error: string };

/** As JSON has it; the library's findings have no order of lines, and each program leaves some keys out. */
function answer(explanation: unknown, findings: readonly { code: string; message: string }[]): Answer {
  const lines = findings.map(({ code, message }) => `${code}: ${message}`).sort();
  return { explanation: JSON.parse(safeJson(explanation)), findings: lines };
}

function attempt(ask: () => Answer): Answer {
  try {
    return ask();
  } catch (error) {
    if (isMountHintsError(error)) return { error: error.code };
    throw error;
  }
}

async function run(command: Command, args: readonly string[]) {
  const terminal = new RecordingTerminal();
  await runCommand(command, args, terminal);
  return JSON.parse(terminal.stdout);
}

async function commandLine(fs: FileSystem, release: string, paths: readonly string[]): Promise<Answer> {
  const wiring = podCommandWiring(fs);
  const args = ['--all', '--format', 'json', '--release', release, ...paths];
  const explained = await run(createExplainCommand(wiring), args);
  const checked = await run(createCheckCommand(wiring), ['--severity', 'info', ...args]);
  expect(checked.error).toEqual(explained.error);
  if (explained.error) return { error: explained.error.code };
  return answer(explained.explanation, checked.findings);
}

function library(documents: PodDocuments, release: string): Answer {
  return attempt(() => answer(explain(documents, { release }), check(documents, { release })));
}

describe('library and command line say the same', () => {
  test('of the bundles of any pod', async () => {
    await fc.assert(
      fc.asyncProperty(bundledPods, releases, async ({ sandbox, containers, sameHints, full }, release) => {
        const own = specOf(sandbox, 'sandbox', 'sandbox');
        const others = containers.map((each, index) =>
          specOf(sameHints ? { ...each, hints: sandbox.hints } : each, 'container', `c${index}`),
        );
        const specs = [own, ...others].map((spec, index) => [`/b/${index}`, spec] as const);
        const fs = memoryFileSystem({
          bundles: Object.fromEntries(specs),
          directories: [...NAMES.map((name) => `${VOLUMES}/${name}`), SHM],
          files: Object.fromEntries([...full].map((name) => [`${VOLUMES}/${name}/file`, 'x'])),
        });
        const lookup = new HostSourceLookup(fs);
        const sources = [...NAMES.map((name) => `${VOLUMES}/${name}`), SHM];
        const documents = {
          sandbox: own,
          containers: others,
          facts: factsOf(full),
          sources: new Map(sources.map((path) => [path, lookup.factsOf(path)])),
        };
        const paths = specs.map(([path]) => path);
        const told = library(documents, release);
        expect(await commandLine(fs, release, paths)).toEqual(told);
        if ('error' in told) return;
        const [report] = await inspectBundles(paths, { release, fs });
        expect(answer(report?.explanation, report?.findings ?? [])).toEqual(told);
      }),
      { numRuns: 150 },
    );
  });

  test('of the manifest of any pod', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryManifestPods, releases, async (pod, release) => {
        const text = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...pod }, null, 2);
        const fs = memoryFileSystem({ files: { '/p.json': text } });
        const told = library({ pod }, release);
        expect(await commandLine(fs, release, ['/p.json'])).toEqual(told);
        const [report] = inspectManifest(text, { release });
        expect(answer(report?.explanation, report?.findings ?? [])).toEqual(told);
      }),
      { numRuns: 80 },
    );
  });
});
