import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  CUSTOM_WORKLOADS,
  knownPodPaths,
  podPathText,
  TEMPLATELESS_KINDS,
} from '../../src/domain/hints/custom-workloads.ts';
import { readVectors } from '../support/vectors.ts';

/** A place in a project's Go types, as test/custom-kinds/main.go found it. */
interface Observed {
  readonly package: string;
  readonly kind: string;
  readonly path: string;
  readonly holds: 'template' | 'spec' | 'metadata';
}

const observed = readVectors<Observed>('custom-kinds.jsonl');
const page = readFileSync(new URL('../../docs/custom-kinds.md', import.meta.url), 'utf8');
const templates = observed.filter(({ holds }) => holds === 'template');

/** The `KIND=PATH` in the table of a section of the page. */
function listed(section: string): string[] {
  const text = page.split('\n## ').find((each) => each.startsWith(section)) ?? '';
  return [...text.matchAll(/`(\w+=[\w.*]+)`/g)].map(([, place]) => place ?? '');
}

const readByEye = listed('Read by eye');

describe('the table of custom resources', () => {
  test.each(templates)('knows the template of $kind at $path ($package)', ({ kind, path }) => {
    expect(knownPodPaths(kind).map((known) => known.join('.'))).toContain(path);
  });

  const inTypes = new Set(templates.map(({ kind, path }) => `${kind}=${path}`));
  const table = [...CUSTOM_WORKLOADS].flatMap(([kind, paths]) =>
    paths.map((path) => podPathText(kind, path)),
  );

  test.each(table.filter((place) => !inTypes.has(place)))('%s, in no Go type, has its source', (place) => {
    expect(readByEye).toContain(place);
  });

  test('has nothing on the page that it lacks', () => {
    const places = [...TEMPLATELESS_KINDS].map(([kind, where]) => `${kind}=${where.split(' and ')[0]}`);
    expect(readByEye.filter((place) => !table.includes(place) && !places.includes(place))).toEqual([]);
  });
});

describe('the kinds without a template', () => {
  const places = [...TEMPLATELESS_KINDS].flatMap(([kind, where]) =>
    where
      .split(' and ')
      .filter((path) => path.includes('annotations') && path !== 'metadata.annotations')
      .map((path) => ({ kind, path })),
  );

  test.each(places)('$kind has $path', ({ kind, path }) => {
    const inTypes = observed.some((each) => each.kind === kind && each.path === path);
    // Spark's module is not to be had; CronWorkflow's are those of a Workflow, further down than is recorded.
    expect(inTypes || kind.includes('Spark') || path.startsWith('spec.workflowSpec.')).toBe(true);
  });

  test('have no template in the types either', () => {
    const kinds = new Set(templates.map(({ kind }) => kind));
    expect([...TEMPLATELESS_KINDS.keys()].filter((kind) => kinds.has(kind))).toEqual([]);
  });
});
