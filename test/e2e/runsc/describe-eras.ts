import { unmetExpectations } from './check-expectations.ts';
import { escaped, rowSummary, type Seen } from './describe-observations.ts';
import type { Observation, ObservationRecord, RecordedStep } from './observation.ts';
import { EARLIER_VERSIONS } from './toolbox.ts';

/** What an earlier runsc was seen to do. */
export interface Era {
  readonly moduleVersion: string;
  /** YYYY-MM-DD, by the module's version. */
  readonly date: string;
  readonly records: ReadonlyMap<string, ObservationRecord>;
}

const ISO_DATE = /-(\d{4})(\d\d)(\d\d)\d{6}-/;

/** The era of some records; `undefined` if there are none. */
export function eraOf(records: readonly ObservationRecord[]): Era | undefined {
  const [first] = records;
  if (!first) return undefined;
  const { moduleVersion } = first;
  const date = (ISO_DATE.exec(moduleVersion) ?? []).slice(1).join('-');
  return { moduleVersion, date, records: new Map(records.map((record) => [record.id, record])) };
}

function pageOf({ date }: Era): string {
  return `runsc-observations/runsc-${date}.md`;
}

function seenIn({ records }: Era, observations: readonly Observation[]): readonly Seen[] {
  return observations.flatMap((observation) => {
    const record = records.get(observation.id);
    return record === undefined ? [] : [{ observation, record }];
  });
}

/** Whether a version answered as the newest is expected to. */
function isAsNewest({ observation, record }: Seen): boolean {
  return unmetExpectations(observation, record).length === 0;
}

function step({ steps }: ObservationRecord, as: string): RecordedStep | undefined {
  return steps.find((each) => each.as === as);
}

function short(text: string, limit: number): string {
  return escaped(text.length > limit ? `${text.slice(0, limit)} …` : text);
}

const LONGEST_COMMAND = 140;
const LONGEST_OUTPUT = 240;

function row(seen: Seen, as: string, ...outputs: readonly string[]): string {
  const { command = '' } = step(seen.record, as) ?? {};
  const cells = outputs.map((output) => short(output, LONGEST_OUTPUT));
  return `| \`${seen.observation.id}\` | ${short(command, LONGEST_COMMAND)} | ${cells.join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  return [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows].join('\n');
}

/** The answers that were not those of the newest version, side by side with them. */
function otherTable(seen: readonly Seen[], newest: ReadonlyMap<string, ObservationRecord>): string {
  const rows = seen.flatMap((each) => {
    const { id } = each.observation;
    const record = newest.get(id);
    return unmetExpectations(each.observation, each.record).map(({ of, seen: output }) =>
      row(each, of, output, (record && step(record, of)?.output) ?? ''),
    );
  });
  return table(['name', 'command', 'output', 'of 2026-09-05'], rows);
}

/** Of each observation, the last step that it expects something of. */
function sameTable(seen: readonly Seen[]): string {
  const rows = seen.map((each) => {
    const { of = '' } = each.observation.expect.at(-1) ?? {};
    return row(each, of, step(each.record, of)?.output ?? '');
  });
  return table(['name', 'last command that something is expected of', 'output'], rows);
}

function commandOf(seen: readonly Seen[]): string {
  return `${seen[0]?.record.runscCommand.split(' --ignore-cgroups')[0]} --ignore-cgroups SUBCOMMAND`;
}

function buildOf({ moduleVersion }: Era): string {
  const toolchain = EARLIER_VERSIONS.find(({ version }) => version === moduleVersion)?.toolchain;
  return `\`CGO_ENABLED=0${toolchain === undefined ? '' : ` GOTOOLCHAIN=${toolchain}`}\``;
}

function pageText(
  era: Era,
  observations: readonly Observation[],
  newest: ReadonlyMap<string, ObservationRecord>,
): string {
  const seen = seenIn(era, observations);
  const same = seen.filter(isAsNewest);
  const other = seen.filter((each) => !isAsNewest(each));
  const first = seen[0]?.record;
  return `${[
    `# What the runsc of ${era.date} does with mount hints`,
    'How this was seen: [runsc-observations.md](../runsc-observations.md). Written by the tests from their own recordings; do not edit.',
    `- **runsc:** \`gvisor.dev/gvisor/runsc@${era.moduleVersion}\` (\`runsc --version\`: \`${first?.runscVersion}\`), built with ${buildOf(era)}.\n- **Seen:** ${first?.observedOn}, as root, platform systrap.\n- **Command:** \`${commandOf(seen)}\``,
    `The bundles are those that the runsc of 2026-09-05 got. Of ${seen.length} observations ${same.length} came out as there, and ${other.length} otherwise. The model of \`explain\`, asked about the release of that day, says what was seen in all of them.`,
    '## What a mount becomes',
    rowSummary(seen.filter(({ observation }) => observation.kind === 'row')),
    '## Otherwise than in 2026-09-05',
    'Each answer that differs; hints and mounts of an observation stand on its page for 2026-09-05.',
    otherTable(other, newest),
    '## As in 2026-09-05',
    sameTable(same),
  ].join('\n\n')}\n`;
}

/** The pages of earlier versions, by their paths in docs. */
export function describeEras(
  eras: readonly Era[],
  observations: readonly Observation[],
  newest: ReadonlyMap<string, ObservationRecord>,
): ReadonlyMap<string, string> {
  return new Map(eras.map((era) => [pageOf(era), pageText(era, observations, newest)]));
}

/** What docs/runsc-observations.md says of earlier versions. */
export function summariseEras(eras: readonly Era[], observations: readonly Observation[]): string {
  const rows = eras.map((era) => {
    const seen = seenIn(era, observations);
    const same = seen.filter(isAsNewest).length;
    return `| [${era.date}](${pageOf(era)}) | \`${era.moduleVersion}\` | ${seen.length} | ${same} | ${seen.length - same} |`;
  });
  return `The same bundles, given to earlier versions by \`npm run test:e2e\` (the rows of the table; all with \`MOUNT_HINTS_E2E=long\`, one version with \`MOUNT_HINTS_E2E_ERA=YYYYMMDD\`). The model of \`explain\` is held to all of them.\n\n| version | module | observations | as above | otherwise |\n|---|---|---|---|---|\n${rows.join('\n')}`;
}
