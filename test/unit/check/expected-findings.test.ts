import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { JsonFileSpecStore } from '../../../src/adapters/files/json-file-spec-store.ts';
import { JsonSpecPositions } from '../../../src/adapters/files/json-spec-positions.ts';
import { memoryFileSystem } from '../../../src/adapters/memory-fs/memory-file-system.ts';
import { YamlManifestReader } from '../../../src/adapters/yaml/yaml-manifest-reader.ts';
import type { LocatedFinding } from '../../../src/application/pod-report.ts';
import { reportBundledPod } from '../../../src/application/report-bundled-pod.ts';
import { reportManifest } from '../../../src/application/report-manifest.ts';
import { placePod } from '../../../src/domain/manifest/place-pod.ts';
import { formatKeyPath, type KeyPath } from '../../../src/domain/text/key-path.ts';
import type { Place } from '../../../src/domain/text/place.ts';
import { DIAGNOSTICS, kubeletLayout, NO_FACTS } from '../../../src/domain.ts';
import { check, type Finding, type OciSpec, type PodDocuments } from '../../../src/index.ts';
import { positionInJson } from '../../support/position-in-json.ts';
import { type CheckCase, DIAGNOSTIC_CASES } from './diagnostic-cases.ts';

/** One finding as `expected-findings.jsonl` has it. */
interface Expected {
  readonly code: string;
  /** The case of `DIAGNOSTIC_CASES`, from 1. */
  readonly trigger: number;
  /** Found in a manifest, in specs, or in the specs that kubelet and the engine make of that manifest. */
  readonly from: 'manifest' | 'specs' | 'specs of the manifest';
  readonly place: string;
  readonly message: string;
  readonly fix: string;
}

type PodCase = Extract<PodDocuments, { pod: object }>;
type SpecCase = Extract<PodDocuments, { sandbox: OciSpec }>;

const FILE = new URL('expected-findings.jsonl', import.meta.url);
const OPTIONS = { release: 'latest' };

function placeText({ in: where, path }: Place): string {
  return `${typeof where === 'number' ? `container ${where + 1}` : where}: ${formatKeyPath(path)}`;
}

/** The specs of a manifest's pod on a node, with what the host says then. */
function specsOf({ pod }: PodCase): SpecCase {
  const { sandbox, containers, sources } = placePod(pod);
  const named = containers.map(({ name, spec }) => ({
    ...spec,
    annotations: { ...spec.annotations, 'io.kubernetes.cri.container-name': name },
  }));
  const facts = containers.at(-1)?.facts ?? sandbox.facts;
  return { sandbox: sandbox.spec, containers: named, facts, sources };
}

/** The report on the specs, written to files and read again. */
async function liveFindings(documents: SpecCase, options: Omit<CheckCase, 'documents'>) {
  const { sandbox, containers, facts = NO_FACTS, sources = new Map() } = documents;
  const specs = [sandbox, ...containers];
  const path = (index: number) => (index === 0 ? '/b/sandbox' : `/b/container ${index}`);
  const files = specs.map((spec, index) => [`${path(index)}/config.json`, JSON.stringify(spec, null, 2)]);
  const fs = memoryFileSystem({ files: Object.fromEntries(files) });
  const store = new JsonFileSpecStore(fs);
  const bundles = await Promise.all(
    specs.map(async (_, index) => ({
      path: path(index),
      loaded: await store.load(path(index)),
      sandboxId: '',
      isSandbox: index === 0,
    })),
  );
  const [own, ...others] = bundles;
  if (!own) throw new Error('no sandbox');
  const ports = {
    positions: new JsonSpecPositions(),
    lookup: {
      find: async (_: string, names: readonly string[]) => ({
        directories: new Map(names.map((name) => [name, facts.directories.get(name) ?? []])),
        unreadable: [],
      }),
      isEmpty: async (directory: string) => facts.empty.get(directory) ?? true,
      tmpfsSize: async (at: string) => facts.tmpfsSizes.get(at),
    },
    sources: { factsOf: (source: string) => sources.get(source) ?? {} },
    layout: kubeletLayout(),
  };
  const report = await reportBundledPod({ sandbox: own, containers: others }, ports, {
    ...OPTIONS,
    ...options,
  });
  return report.findings;
}

function expectLocated(findings: readonly LocatedFinding[], specs: readonly OciSpec[]): void {
  for (const { place, location } of findings) {
    const index = typeof place.in === 'number' && specs.length > 1 ? place.in + 1 : 0;
    const file = index === 0 ? '/b/sandbox/config.json' : `/b/container ${index}/config.json`;
    expect(location).toEqual({ file, ...positionInJson(specs[index], place.path) });
  }
}

function manifestOf({ pod, outerAnnotationKeys = [] }: PodCase): { value: object; podPath: KeyPath } {
  if (outerAnnotationKeys.length === 0) {
    return { value: { apiVersion: 'v1', kind: 'Pod', ...pod }, podPath: [] };
  }
  const annotations = Object.fromEntries(outerAnnotationKeys.map((key) => [key, 'x']));
  const value = { kind: 'Deployment', metadata: { annotations }, spec: { template: pod } };
  return { value, podPath: ['spec', 'template'] };
}

/** The findings in a manifest's text, each of them where the text has it. */
function manifestFindings(documents: PodCase, options: Omit<CheckCase, 'documents'>) {
  const { value, podPath } = manifestOf(documents);
  const text = JSON.stringify(value, null, 2);
  const readings = reportManifest(text, 'm.json', new YamlManifestReader(), { ...OPTIONS, ...options });
  const [report] = [...readings].flatMap((reading) => (reading.kind === 'pod' ? [reading.pod] : []));
  for (const { place, location } of report?.findings ?? []) {
    const path = place.in === 'workload' ? place.path : [...podPath, ...place.path];
    expect(location).toEqual({ file: 'm.json', ...positionInJson(value, path, podPath.length) });
  }
  return report?.findings ?? [];
}

type Told = Pick<Expected, 'place' | 'message' | 'fix'>;

function told(findings: readonly Finding[], code: string): Told[] {
  return findings
    .filter((finding) => finding.code === code)
    .map(({ place, message, fix }) => ({ place: placeText(place), message, fix }))
    .sort((a, b) => (a.place + a.message < b.place + b.message ? -1 : 1));
}

/** What the library says of specs, which a live bundle must say too. */
async function toldOfSpecs(code: string, documents: SpecCase, options: Omit<CheckCase, 'documents'>) {
  const own = told(check(documents, { ...OPTIONS, ...options }), code);
  const live = await liveFindings(documents, options);
  expect(told(live, code)).toEqual(own);
  expectLocated(live, [documents.sandbox, ...documents.containers]);
  return own;
}

async function findingsOfTrigger(code: string, trigger: number, each: CheckCase): Promise<Expected[]> {
  const { documents, ...options } = each;
  const as = (from: Expected['from']) => (one: Told) => ({ code, trigger, from, ...one });
  if (!('pod' in documents)) return (await toldOfSpecs(code, documents, options)).map(as('specs'));
  const own = told(check(documents, { ...OPTIONS, ...options }), code);
  expect(told(manifestFindings(documents, options), code)).toEqual(own);
  const onNode = await toldOfSpecs(code, specsOf(documents), options);
  return [...own.map(as('manifest')), ...onNode.map(as('specs of the manifest'))];
}

async function findingsOfCode(code: string): Promise<Expected[]> {
  const found: Expected[] = [];
  for (const [index, each] of (DIAGNOSTIC_CASES[code]?.triggers ?? []).entries()) {
    found.push(...(await findingsOfTrigger(code, index + 1, each)));
  }
  return found;
}

let expected: readonly Expected[];
beforeAll(async () => {
  if (process.env.UPDATE_FINDINGS) {
    const all: Expected[] = [];
    for (const { code } of DIAGNOSTICS) all.push(...(await findingsOfCode(code)));
    writeFileSync(FILE, all.map((each) => `${JSON.stringify(each)}\n`).join(''));
  }
  const lines = readFileSync(FILE, 'utf8').split('\n');
  expected = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
});

/**
 * `UPDATE_FINDINGS=1` writes expected-findings.jsonl anew: read its difference as you would read code, for
 * it is what people will be told.
 */
describe('each diagnostic has its place, message and fix, in a manifest, in specs and in bundles', () => {
  test.each(DIAGNOSTICS)('$code', async ({ code }) => {
    expect(await findingsOfCode(code)).toEqual(expected.filter((each) => each.code === code));
  });

  test('and none that is expected is unknown', () => {
    const codes = new Set(DIAGNOSTICS.map(({ code }) => code));
    expect(expected.filter(({ code }) => !codes.has(code))).toEqual([]);
  });
});
