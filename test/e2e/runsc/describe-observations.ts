import { dfKib, isUnlimited } from './check-expectations.ts';
import type { Observation, ObservationRecord } from './observation.ts';
import type { Topic } from './observations.ts';
import type { SpecParts } from './pod.ts';

/** An observation with what became of it. */
export interface Seen {
  readonly observation: Observation;
  readonly record: ObservationRecord;
}

/** What this machine or this runsc could not show, and why. */
const UNPROVEN: readonly (readonly [string, string])[] = [
  [
    'At which release between two of the versions observed an answer changed, and what the releases 20231023 to 20231106 make of mounts',
    "Only some commits of gVisor's `go` branch can be had from the module proxy, none between 2023-09-27 and 2023-12-02; those between 2025-05-03 and 2026-09-05 (from 2025-07-18 on) were not run.",
  ],
  [
    "The commit's release number",
    'A `go install` build says VERSION_MISSING. The commit is of 2026-09-05, so it is newer than release-20260817.0.',
  ],
  [
    'The size that `latest` takes from the host tmpfs, as written by gVisor itself',
    "The shim of this commit does not write it yet. That runsc enforces it is observed (`rule-prepared-…`); that gVisor's shim writes it was read from its sources only.",
  ],
  ['Restore from a checkpoint compares `dev.gvisor.*` annotations', 'Not tried.'],
  [
    'The platform kvm',
    'A first sandbox did not start within 30 s on this nested machine. All is observed on systrap.',
  ],
  ['Half of memory below a memory limit of the container', 'Run with --ignore-cgroups.'],
];

const VERDICT = {
  agrees: 'Seen as expected.',
  disagrees: 'Seen. **This is not what we had taken for fact**; docs/parity.md has it.',
  adds: 'Seen. It goes beyond what we had taken for fact.',
} as const;

/** Many small entries of one kind are one table. */
const GROUPS: readonly (readonly [string, RegExp, string])[] = [
  ['Sizes that a hint accepts', /^rule-size-(\d|\w+percent)/, 'df'],
  ['Options of a hint that are refused when the first container mounts', /^rule-refused-option-/, 'start-c1'],
];

const HEAD = `# What a real runsc does with mount hints

Written by the tests from their own recordings (test/vectors/runsc-observations.jsonl); do not edit. Repeat it with

\`\`\`
MOUNT_HINTS_E2E=long MOUNT_HINTS_E2E_RECORD=1 npm run test:e2e
MOUNT_HINTS_E2E_RECORD=1 npm run test:unit -- test/vectors/runsc-observations.test.ts
\`\`\`

as root (\`MOUNT_HINTS_E2E_RECORD=new\` asks only what has no recording yet, and leaves the others as they are), with
Go or a runsc (\`RUNSC\`, or on PATH) and a static busybox. It takes some minutes on two processors;
\`npm run test:e2e\` alone takes the short form of about one.`;

const HOW = `A pod is a sandbox and its containers, each a bundle of its own with its own root directory.
\`create + start\` is \`runsc create --bundle BUNDLE ID\`, then \`runsc start ID\`; an error begins with the one that
failed. \`exec C: SCRIPT\` is \`runsc exec ID /bin/sh -c SCRIPT\`.
\`KUBELET_DIR/pods/UID/volumes/kubernetes.io~empty-dir/vol\` is the volume on the host, owned by 1000:1000 with mode
0777, with a file \`host.txt\` unless the section says otherwise. It is mounted on \`/v\`. \`probe\` is a small static
helper: \`fill\` writes that many MiB, \`inotify\` waits for a creation, \`listen\` and \`connect\` use a unix socket,
\`map-wait\` and \`map-write\` a shared mapping.

Where a section has a line \`mount-hints update\`, the hints are an author's, the mounts are binds as containerd
writes them, and this package made of both what runsc got. The other bundles are written by hand, in the form in
which runsc gets them. Four rows of the table can only be written by hand: every mount is a bind when containerd
writes it, and only a hint of type \`tmpfs\` makes it a tmpfs, so no rewrite leaves a tmpfs mount without a hint
or with a \`bind\` hint.

/proc/mounts does not tell a file-backed from a memory tmpfs (both are \`none /v tmpfs rw\`): the filestore on the
host does, and the size in \`df\`.`;

function outputOf({ record }: Seen, as: string): string {
  return record.steps.find((step) => step.as === as)?.output ?? '';
}

export function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');
}

function hintsOf(spec: SpecParts | undefined): string {
  const entries = Object.entries(spec?.annotations ?? {}).filter(([key]) => key.startsWith('dev.gvisor.'));
  return entries.map(([key, value]) => `${key} = ${value}`).join('\n');
}

function fenced(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}

function annotationsOf({ record }: Seen): readonly string[] {
  const bundle = record.bundles.find(({ name }) => name === 'sandbox');
  const authored = hintsOf(bundle?.authored);
  const got = hintsOf(bundle?.spec);
  const given =
    got === '' ? ['Hints in the sandbox: none.'] : ['Hints in the sandbox, as runsc got them:', fenced(got)];
  return authored === '' ? given : ["The author's hints:", fenced(authored), ...given];
}

function section(seen: Seen): string {
  const { id, title, statement, verdict, note, runscFlags = [], imageDirectories = [] } = seen.observation;
  const transcript = seen.record.steps.map(({ command, output }) => `$ ${command}\n${output}`.trimEnd());
  return [
    `## ${title}`,
    `\`${id}\``,
    `Expected: ${statement}`,
    VERDICT[verdict],
    ...(note ? [note] : []),
    ...(runscFlags.length > 0 ? [`Additional flags: \`${runscFlags.join(' ')}\``] : []),
    ...(imageDirectories.length > 0 ? [`The image has ${imageDirectories.join(', ')}.`] : []),
    ...annotationsOf(seen),
    fenced(transcript.join('\n')),
  ].join('\n\n');
}

function groupTable(title: string, members: readonly Seen[], as: string): string {
  const rows = members.map(
    (seen) => `| ${escaped(seen.observation.title)} | ${escaped(outputOf(seen, as))} |`,
  );
  return [
    `## ${title}`,
    'Each in a sandbox of its own, with a hint of type `tmpfs`, share `pod` and the option in `.options`; one container, one mount on `/v`.',
    `| entry | output of \`${as}\` |\n|---|---|\n${rows.join('\n')}`,
  ].join('\n\n');
}

function yes(holds: boolean, output: string): string {
  if (output.startsWith('skipped')) return '–';
  return holds ? 'yes' : 'no';
}

const COLUMNS: readonly (readonly [string, (seen: Seen) => string])[] = [
  ['row', ({ observation }) => observation.title],
  ['prepared', ({ observation }) => (observation.authored ? 'by the rewrite' : 'by hand')],
  ['file system', (seen) => /^none \/v (\S+)/.exec(outputOf(seen, 'mounted-as'))?.[1] ?? '?'],
  [
    'filestores',
    (seen) => outputOf(seen, 'filestores').replace(' filestores, 0 KiB', '').replace(' filestores', ''),
  ],
  ['size', (seen) => sizeOf(dfKib(outputOf(seen, 'df')))],
  ['host data', (seen) => (outputOf(seen, 'host-data') === 'from-host' ? 'visible' : 'hidden')],
  ['host sees writes', (seen) => yes(outputOf(seen, 'seen-by-host') === 'from-c1', '')],
  ['host changes seen', (seen) => yes(outputOf(seen, 'host-creation-seen') === 'late', '')],
  ['second container', secondContainer],
  ['inotify', (seen) => yes(outputOf(seen, 'inotify').startsWith('event'), outputOf(seen, 'inotify'))],
  ['sockets', (seen) => yes(outputOf(seen, 'socket') === 'hello-from-c1', outputOf(seen, 'socket'))],
  ['after a restart', (seen) => (outputOf(seen, 'after-restart') === 'from-c1' ? 'kept' : 'lost')],
];

function sizeOf(kib: number): string {
  return isUnlimited(kib) ? 'none' : `${kib} KiB`;
}

function secondContainer(seen: Seen): string {
  if (outputOf(seen, 'start-c2') !== 'started') return 'does not start';
  return outputOf(seen, 'seen-by-c2') === 'from-c1' ? 'shares it' : 'has its own';
}

export function rowSummary(rows: readonly Seen[]): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    COLUMNS.map(() => '---'),
    ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  ];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

const BACK = 'How this was seen, and the other subjects: [runsc-observations.md](../runsc-observations.md).';

/** A subject's page: its tables, then a section for each observation that stands in none. */
function pageOf(title: string, seen: readonly Seen[]): string {
  const groups = GROUPS.map(([name, pattern, as]) => ({
    name,
    as,
    members: seen.filter(({ observation }) => pattern.test(observation.id)),
  })).filter(({ members }) => members.length > 0);
  const grouped = new Set(groups.flatMap(({ members }) => members));
  return `${[
    `# ${title}`,
    BACK,
    ...groups.map(({ name, members, as }) => groupTable(name, members, as)),
    ...seen.filter((each) => !grouped.has(each)).map(section),
  ].join('\n\n')}\n`;
}

const WORD = { agrees: 'as expected', disagrees: '**otherwise**', adds: 'new' } as const;

/** A line for each observation, which leads to its page. */
function contentsOf({ page, title }: Topic, seen: readonly Seen[]): string {
  const lines = seen.map(
    ({ observation: { id, title: name, statement, verdict } }) =>
      `| ${escaped(name)} | ${escaped(statement)} | ${WORD[verdict]} | \`${id}\` |`,
  );
  return [
    `## ${title}`,
    `[runsc-observations/${page}.md](runsc-observations/${page}.md)`,
    `| observation | expected | seen | name |\n|---|---|---|---|\n${lines.join('\n')}`,
  ].join('\n\n');
}

/**
 * docs/runsc-observations.md and the pages beside it by their paths in docs, from what was recorded.
 *
 * @param eras what there is to say of earlier versions, and where.
 */
export function describeObservations(
  topics: readonly Topic[],
  records: ReadonlyMap<string, ObservationRecord>,
  eras: string,
): ReadonlyMap<string, string> {
  const seenOf = ({ observations }: Topic): readonly Seen[] =>
    observations.flatMap((observation) => {
      const record = records.get(observation.id);
      return record === undefined ? [] : [{ observation, record }];
    });
  const pages = topics.map((topic) => ({ topic, seen: seenOf(topic) }));
  const rows = pages.flatMap(({ seen }) => seen.filter(({ observation }) => observation.kind === 'row'));
  const first = rows[0]?.record;
  const flags = first?.runscCommand.split(' --ignore-cgroups')[0];
  const index = [
    HEAD,
    `- **runsc:** \`gvisor.dev/gvisor/runsc@${first?.moduleVersion}\` (\`runsc --version\`: \`${first?.runscVersion}\`), built with \`CGO_ENABLED=0\`. A runsc that is linked dynamically does not start: "error executing umounter: fork/exec /proc/self/exe: no such file or directory".\n- **Seen:** ${first?.observedOn}, as root, platform systrap.\n- **Command:** \`${flags} --ignore-cgroups SUBCOMMAND\``,
    HOW,
    '## What a mount becomes',
    'With 8 MiB written; "filestores" counts the files `.gvisor.filestore.*` on the host and what they hold.',
    rowSummary(rows),
    ...pages.map(({ topic, seen }) => contentsOf(topic, seen)),
    '## Earlier versions',
    eras,
    '## UNPROVEN',
    UNPROVEN.map(([what, why]) => `- UNPROVEN: ${what}. ${why}`).join('\n'),
  ];
  return new Map([
    ['runsc-observations.md', `${index.join('\n\n')}\n`],
    ...pages.map(
      ({ topic, seen }) => [`runsc-observations/${topic.page}.md`, pageOf(topic.title, seen)] as const,
    ),
  ]);
}
