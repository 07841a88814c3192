/** What the page answers about a text: pure, so that a worker and a test can call it. */
import { createTwoFilesPatch } from 'diff';
import { drawDetails } from '../src/adapters/cli/picture/draw-details.ts';
import { drawSvg } from '../src/adapters/cli/picture/draw-svg.ts';
import { JsonManifestReader } from '../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../src/adapters/yaml/yaml-manifest-reader.ts';
import type { LocatedFinding, PodReport } from '../src/application/pod-report.ts';
import { rewriteMember } from '../src/domain/explain/rewritten-member.ts';
import { kubeletLayout } from '../src/domain/layouts/kubelet-layout.ts';
import { placePod } from '../src/domain/manifest/place-pod.ts';
import { isMountHintsError } from '../src/domain/mount-hints-error.ts';
import { pictureOf } from '../src/domain/picture/picture-of.ts';
import { type DecidedMember, decidePod } from '../src/domain/rewrite/decide-pod.ts';
import { oneLine } from '../src/domain/text/escape-controls.ts';
import { annotateManifest, inspectManifest } from '../src/manifests.ts';
import { STOPS } from './stops.ts';

const manifests = new JsonManifestReader(new YamlManifestReader());

/** More pods, and more text in a diff, than anybody reads; without a bound a hostile text would freeze the page. */
const MOST_PODS = 12;
const MOST_DETAILS = 200;
const MOST_DIFF_CHARACTERS = 300_000;
const MOST_MARKS = 500;
const DIFF_MS = 1000;

/** Something wrong, where it stands in the text. */
export type Mark = Pick<LocatedFinding, 'code' | 'severity' | 'message' | 'fix'> & {
  readonly line: number;
  readonly column: number;
};

/** The shape in which pods are drawn: for a wide page, or a phone. */
export type Shape = 'medium' | 'narrow';

/** A pod, drawn. */
interface DrawnPod {
  readonly title: string;
  readonly starts: boolean;
  /** SVG. */
  readonly drawing: string;
  /** HTML of the details of each volume. */
  readonly details: string;
  /** Findings about no volume. */
  readonly findings: readonly Mark[];
}

/** The answer to a text under a release. */
export interface Answer {
  readonly pods: readonly DrawnPod[];
  readonly furtherPods: number;
  readonly marks: readonly Mark[];
  /** Why there is no answer, or none for the rest. */
  readonly error?: { readonly code: string; readonly message: string };
}

function errorOf(thrown: unknown): { readonly error: NonNullable<Answer['error']>; readonly mark?: Mark } {
  if (!isMountHintsError(thrown)) {
    return { error: { code: 'MH_BUG', message: `This page failed: ${String(thrown)}` } };
  }
  const { code, message, details } = thrown;
  const { line, column } = details;
  const error = { code, message };
  if (typeof line !== 'number') return { error };
  const at = { line, column: typeof column === 'number' ? column : 1 };
  return { error, mark: { ...error, ...at, severity: 'error', fix: '' } };
}

function markOf({ code, severity, message, fix, location }: LocatedFinding): Mark {
  return { code, severity, message, fix, line: location.line, column: location.column };
}

function drawn(report: PodReport, index: number, shape: Shape): DrawnPod {
  const pod = { ...report, findings: report.findings.filter(({ severity }) => severity !== 'info') };
  const picture = pictureOf(pod);
  const prefix = `p${index}-`;
  const options = { linkOf: (volume: string) => `#${prefix}${volume}`, standalone: false };
  const findings = picture.findings.map((finding) => ({ ...finding, column: 1 }));
  return {
    title: picture.title,
    starts: picture.starts,
    drawing: drawSvg(picture, { ...options, shape }),
    details: picture.volumes
      .slice(0, MOST_DETAILS)
      .map((volume) => drawDetails(volume, prefix))
      .join('\n'),
    findings: findings.slice(0, MOST_MARKS),
  };
}

/** The pods of a text, drawn, with what is wrong with them. */
export function answer(text: string, release: string, shape: Shape = 'medium'): Answer {
  if (text.trim() === '') return { pods: [], furtherPods: 0, marks: [] };
  try {
    const reports = inspectManifest(text, { release, source: 'manifest' });
    const found = reports.flatMap(({ findings }) => findings).filter(({ severity }) => severity !== 'info');
    return {
      pods: reports.slice(0, MOST_PODS).map((report, index) => drawn(report, index, shape)),
      furtherPods: Math.max(reports.length - MOST_PODS, 0),
      marks: found.slice(0, MOST_MARKS).map(markOf),
    };
  } catch (thrown) {
    const { error, mark } = errorOf(thrown);
    return { pods: [], furtherPods: 0, marks: mark ? [mark] : [], error };
  }
}

/** A unified diff, or why there is none. */
export interface Patch {
  readonly text: string;
  readonly note: string;
}

function patchOf(before: string, after: string, same: string, names: readonly [string, string]): Patch {
  if (before === after) return { text: '', note: same };
  const text = createTwoFilesPatch(...names, before, after, '', '', { context: 3, timeout: DIFF_MS });
  return text === undefined
    ? { text: '', note: 'The difference is too large to show here.' }
    : { text, note: '' };
}

/** What `mount-hints annotate` would write into the text, wrong hints replaced, as a patch. */
export function hintsPatch(text: string, release: string): Patch {
  if (text.length > MOST_DIFF_CHARACTERS) {
    return { text: '', note: 'The text is too large for a diff here. Use mount-hints annotate --diff.' };
  }
  try {
    const hints = { all: true, release, existing: 'overwrite' } as const;
    const annotated = annotateManifest(manifests, text, 'manifest', { hints });
    return patchOf(text, annotated.text, 'The hints are as the rules have them: nothing to write.', [
      'manifest.yaml',
      'manifest.yaml',
    ]);
  } catch (thrown) {
    return { text: '', note: errorOf(thrown).error.message };
  }
}

/** What a member's spec has that the rewrite can change. */
function specText(name: string, spec: ReturnType<typeof rewriteMember>['spec']): string {
  const hints = Object.entries(spec.annotations ?? {}).filter(([key]) => key.startsWith('dev.gvisor.'));
  const lines = [
    ...hints.map(([key, value]) => `  ${oneLine(key)}: ${oneLine(String(value))}`),
    ...(spec.mounts ?? []).flatMap((mount) =>
      mount?.source?.startsWith('/') || mount?.destination === '/dev/shm'
        ? [
            `  ${oneLine(mount.destination ?? '')}`,
            `    type: ${oneLine(mount.type ?? '')}`,
            `    source: ${oneLine(mount.source ?? '')}`,
            `    options: ${oneLine((mount.options ?? []).join(','))}`,
          ]
        : [],
    ),
  ];
  return `${oneLine(name)}\n${lines.join('\n')}\n`;
}

function memberTexts(member: DecidedMember): readonly [before: string, after: string] {
  const { name, spec, original } = rewriteMember(member);
  return [specText(name, original), specText(name, spec)];
}

/** The hints and mounts of the pods' OCI specs before and after the shim's rewrite, as a patch. */
export function rewritePatch(text: string, release: string): Patch {
  if (text.length > MOST_DIFF_CHARACTERS)
    return { text: '', note: 'The text is too large to show this here.' };
  try {
    const layout = kubeletLayout();
    const texts: (readonly [string, string])[] = [];
    for (const document of manifests.documents(text, 'manifest')) {
      for (const { pod, outerAnnotationKeys } of document.pods.slice(0, MOST_PODS - texts.length)) {
        const { sandbox, containers } = decidePod(
          placePod(pod, layout, outerAnnotationKeys),
          release,
          layout,
        );
        texts.push(...[sandbox, ...containers].map(memberTexts));
      }
    }
    const [before, after] = [0, 1].map((side) => texts.map((pair) => pair[side]).join('\n'));
    return patchOf(before ?? '', after ?? '', `The shim of ${release} changes nothing.`, [
      'as the engine makes it',
      `after the shim of ${release}`,
    ]);
  } catch (thrown) {
    return { text: '', note: errorOf(thrown).error.message };
  }
}

/** What is different under one release from the one before it. */
export interface Change {
  readonly release: string;
  readonly lines: readonly string[];
}

/** Everything that a person would notice of the pods of a text, a line each. */
function linesOf(text: string, release: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  const { error } = answerLines(text, release, lines);
  if (error) lines.set('not known', error.message);
  return lines;
}

function answerLines(text: string, release: string, lines: Map<string, string>): Pick<Answer, 'error'> {
  try {
    for (const report of inspectManifest(text, { release, source: 'manifest' }).slice(0, MOST_PODS)) {
      const { title, starts, volumes } = pictureOf(report);
      if (!starts) lines.set(title, 'the sandbox does not start');
      for (const { name, containers, keptIn, sharing, survivesRestart, limit } of volumes.slice(
        0,
        MOST_DETAILS,
      )) {
        const restart = survivesRestart ? 'kept at a restart' : 'lost at a restart';
        lines.set(
          `${title}, ${name} (${containers.join(', ')})`,
          `${keptIn}; ${sharing}; ${restart}; limit ${limit}`,
        );
      }
      for (const { code, severity, location } of report.findings) {
        if (severity !== 'info') lines.set(`${title}, line ${location.line}: ${code}`, severity);
      }
    }
    return {};
  } catch (thrown) {
    return errorOf(thrown);
  }
}

/** The same text under each release of the slider: what changed at each. */
export function history(text: string): readonly Change[] {
  let before: ReadonlyMap<string, string> = new Map();
  return STOPS.map((release, index) => {
    const now = linesOf(text, release);
    const came = [...now].filter(([subject, words]) => before.get(subject) !== words);
    const went = [...before.keys()].filter((subject) => !now.has(subject));
    const lines = [
      ...came.map(([subject, words]) => {
        const was = before.get(subject);
        return was === undefined ? `${subject}: ${words}` : `${subject}: ${words} (was: ${was})`;
      }),
      ...went.map((subject) => `${subject}: no longer`),
    ];
    before = now;
    return { release, lines: index === 0 ? [] : lines.map(oneLine) };
  });
}
