import { describe, expect, test } from '@jest/globals';
import { holdsNoData } from '../../../src/domain/rewrite/facts.ts';
import { applyEdits, type Edit, toJsonPatch } from '../../../src/domain/spec/edits.ts';
import { withType } from '../../../src/domain/spec/mount.ts';
import type { OciSpec } from '../../../src/domain/spec/oci-spec.ts';
import { readSpec } from '../../../src/domain/spec/read-spec.ts';
import { parseGoBoolean } from '../../../src/domain/text/go-boolean.ts';

describe('reading a spec', () => {
  test('reads absent and null fields as empty', () => {
    expect(
      readSpec({ mounts: [null, {}, { destination: null, type: null, source: null, options: null }] }),
    ).toMatchObject({
      role: 'sandbox',
      annotations: {},
      typeHints: [],
      reservedNameUsed: false,
      mounts: [0, 1, 2].map((index) => ({ index, destination: '', type: '', source: '', options: [] })),
    });
    expect(readSpec({ annotations: null, mounts: null })).toMatchObject({
      annotations: {},
      mounts: [],
    });
  });

  // As of a file's text: test/integration/bad-input.test.ts.
  test.each([
    [{ Annotations: {} }, 'annotations', 'the spec'],
    [{ mounts: [], MOUNTS: [] }, 'mounts', 'the spec'],
    [{ mounts: [{ destination: '/d', Type: 'bind', source: '/s', options: [] }] }, 'type', 'mounts[0]'],
    [{ mounts: [{ deſtination: '/d' }] }, 'destination', 'mounts[0]'],
  ])('refuses %j, which runsc reads as another field than we do', (spec, field, where) => {
    expect(() => readSpec(spec)).toThrow(
      expect.objectContaining({
        code: 'MH_SPEC_CASE_VARIANT',
        details: expect.objectContaining({ field, where }),
      }),
    );
  });

  test('reads the fields that rules read, and no others', () => {
    const mount = { destination: '/d', type: 't', source: '/s', options: ['o'], uidMappings: [] };
    expect(readSpec({ mounts: [mount] }).mounts).toEqual([
      { index: 0, destination: '/d', type: 't', source: '/s', options: ['o'] },
    ]);
  });

  test.each([
    [{ linux: { cgroupsPath: '/kubepods/pod1/a' } }, '/kubepods/pod1/a'],
    [{ linux: { cgroupsPath: 7 } }, ''],
    [{ linux: {} }, ''],
    [{ linux: null }, ''],
    [{ linux: [] }, ''],
    [{}, ''],
  ])('reads of %j the cgroup path %j', (spec, path) => {
    const read = readSpec(spec);
    expect(read.role === 'sandbox' && read.cgroupsPath).toBe(path);
  });

  test('finds the hinted volumes in ascending order of their keys', () => {
    const key = (rest: string) => `dev.gvisor.spec.mount.${rest}`;
    const annotations = {
      [key('b.type')]: '1',
      [key('a.type')]: '2',
      [key('a.x.type')]: '3',
      [key('B.type')]: '4',
      [key('c.Type')]: '5',
      [key('gvisorinternaldevshm.type')]: '6',
      other: '7',
    };
    const read = readSpec({ annotations });
    expect(read.typeHints.map((hint) => [hint.volume.name, hint.key, hint.type])).toEqual([
      ['B', key('B.type'), '4'],
      ['a', key('a.type'), '2'],
      ['a', key('a.x.type'), '3'],
      ['b', key('b.type'), '1'],
    ]);
    expect([...read.volumes.keys()].sort()).toEqual(['B', 'a', 'b']);
    expect(read.typeHints.map(({ volume }) => volume)).toEqual(
      ['B', 'a', 'a', 'b'].map((name) => read.volumes.get(name)),
    );
    expect(read.hasRivalHints).toBe(true);
    expect(read.reservedNameUsed).toBe(true);
  });

  test('finds the fields of hints by volume, under their exact keys alone', () => {
    const key = (rest: string) => `dev.gvisor.spec.mount.${rest}`;
    const { volumes, shmVolume } = readSpec({
      annotations: {
        [key('a.type')]: 'bind',
        [key('b.lifecycle')]: 'pod',
        [key('b.type')]: 'bind',
        [key('a.x.share')]: 'pod',
        [key('a.source')]: '/s',
        [key('a.Options')]: 'rw',
        [key('a.directfs')]: 'off',
        [key('type')]: 'tmpfs',
        [key('gvisorinternaldevshm.options')]: 'ro',
        'other.a.share': 'shared',
      },
    });
    const fields = (['type', 'source', 'lifecycle', 'options', 'share', 'directfs'] as const).map((field) =>
      volumes.get('a')?.field(field),
    );
    expect(fields).toEqual(['bind', '/s', undefined, undefined, undefined, 'off']);
    expect(volumes.get('b')?.field('lifecycle')).toBe('pod');
    expect(shmVolume.field('options')).toBe('ro');
    expect(volumes.get('type')?.field('type')).toBeUndefined();
    expect(volumes.get('a')?.hasSource('/s')).toBe(true);
    expect(volumes.get('b')?.hasSource('/s')).toBe(false);
  });

  test.each([
    ['a', false],
    ['', true],
    ['a*', true],
  ])('says of volume %j whether its name is hostile: %j', (name, isHostile) => {
    const { volumes } = readSpec({ annotations: { [`dev.gvisor.spec.mount.${name}.type`]: 'bind' } });
    expect([...volumes.values()].map((volume) => [volume.name, volume.isHostile])).toEqual([
      [name, isHostile],
    ]);
  });

  test.each([
    [null, 'the document', 'null'],
    [[], 'the document', 'a list'],
    ['x', 'the document', 'type string'],
    [undefined, 'the document', 'type undefined'],
    [{ annotations: [] }, 'annotations', 'a list'],
    [{ annotations: 'x' }, 'annotations', 'type string'],
    [{ annotations: { k: 1 } }, 'annotations["k"]', 'type number'],
    [{ annotations: { k: null } }, 'annotations["k"]', 'null'],
    [{ mounts: {} }, 'mounts', 'type object'],
    [{ mounts: [{}, 'x'] }, 'mounts[1]', 'type string'],
    [{ mounts: [[]] }, 'mounts[0]', 'a list'],
    [{ mounts: [{ destination: 1 }] }, 'mounts[0].destination', 'type number'],
    [{ mounts: [{ type: false }] }, 'mounts[0].type', 'type boolean'],
    [{ mounts: [{ source: {} }] }, 'mounts[0].source', 'type object'],
    [{ mounts: [{ options: 'ro' }] }, 'mounts[0].options', 'type string'],
    [{ mounts: [{ options: ['ro', 1] }] }, 'mounts[0].options[1]', 'type number'],
  ])('refuses %j, naming %s', (spec, where, found) => {
    expect(() => readSpec(spec)).toThrow(
      expect.objectContaining({
        code: 'MH_SPEC_SHAPE',
        details: { where },
        message: expect.stringContaining(
          `${where} is ${found.startsWith('type') ? `a value of ${found}` : found} and should be `,
        ),
      }),
    );
  });

  test.each([
    [{ annotations: 1 }, 'an object of strings'],
    [{ annotations: { k: 1 } }, 'a string'],
    [{ mounts: 1 }, 'a list'],
    [{ mounts: [1] }, 'an object'],
    [{ mounts: [{ type: 1 }] }, 'a string'],
    [{ mounts: [{ options: 1 }] }, 'a list of strings'],
    [{ mounts: [{ options: [1] }] }, 'a string'],
    [1, 'an object'],
  ])('of %j says that it should be %s', (spec, wanted) => {
    expect(() => readSpec(spec)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(`should be ${wanted}.`) }),
    );
  });
});

describe('edits', () => {
  const spec: OciSpec = {
    ociVersion: '1',
    annotations: { a: '1', 'b/c~d': '2' },
    mounts: [
      { destination: '/0', x: 1 },
      { destination: '/1', type: 'bind', options: ['bind'] },
      null,
      { destination: '/3' },
    ],
  };
  const edits: Edit[] = [
    { kind: 'set-annotation', key: 'b/c~d', was: '2', value: 'two' },
    { kind: 'set-annotation', key: 'new', value: '3' },
    { kind: 'change-mount', mount: 0, destination: '/0', type: { was: '', value: 'tmpfs' } },
    {
      kind: 'change-mount',
      mount: 1,
      destination: '/1',
      type: { was: 'bind', value: 'tmpfs' },
      options: { was: ['bind'], value: [] },
    },
    { kind: 'remove-mount', mount: 2, destination: '' },
    { kind: 'remove-mount', mount: 3, destination: '/3' },
  ];

  test('are applied to a copy that shares what they do not name', () => {
    const before = structuredClone(spec);
    const after = applyEdits(spec, edits);
    expect(after).toEqual({
      ociVersion: '1',
      annotations: { a: '1', 'b/c~d': 'two', new: '3' },
      mounts: [
        { destination: '/0', x: 1, type: 'tmpfs' },
        { destination: '/1', type: 'tmpfs', options: [] },
      ],
    });
    expect(spec).toEqual(before);
    expect(applyEdits(spec, edits.slice(0, 1)).mounts).toBe(spec.mounts);
    expect(applyEdits(spec, edits.slice(2, 3)).annotations).toBe(spec.annotations);
    expect(applyEdits(spec, edits.slice(2, 3)).mounts?.[1]).toBe(spec.mounts?.[1]);
    expect(applyEdits(spec, [])).toBe(spec);
  });

  test('make the annotations that are not there, and no mounts', () => {
    const one = edits.slice(1, 2);
    expect(applyEdits({}, one)).toEqual({ annotations: { new: '3' } });
    expect(applyEdits({ annotations: null, mounts: null }, one)).toEqual({
      annotations: { new: '3' },
      mounts: null,
    });
    expect(Object.keys(applyEdits({ mounts: [{}] }, edits.slice(2, 3)))).toEqual(['mounts']);
  });

  test('are a JSON Patch: removals last, and from the end', () => {
    expect(toJsonPatch(spec, edits)).toEqual([
      { op: 'replace', path: '/annotations/b~1c~0d', value: 'two' },
      { op: 'add', path: '/annotations/new', value: '3' },
      { op: 'add', path: '/mounts/0/type', value: 'tmpfs' },
      { op: 'replace', path: '/mounts/1/type', value: 'tmpfs' },
      { op: 'replace', path: '/mounts/1/options', value: [] },
      { op: 'remove', path: '/mounts/3' },
      { op: 'remove', path: '/mounts/2' },
    ]);
    expect(toJsonPatch(spec, [...edits].reverse()).slice(-2)).toEqual([
      { op: 'remove', path: '/mounts/3' },
      { op: 'remove', path: '/mounts/2' },
    ]);
    expect(toJsonPatch(spec, [])).toEqual([]);
  });

  test('take an annotation away', () => {
    const one: Edit[] = [{ kind: 'remove-annotation', key: 'b/c~d', was: '2' }];
    expect(applyEdits(spec, one)).toEqual({ ...spec, annotations: { a: '1' } });
    expect(applyEdits(spec, one).mounts).toBe(spec.mounts);
    expect(toJsonPatch(spec, one)).toEqual([{ op: 'remove', path: '/annotations/b~1c~0d' }]);
  });

  test.each<[string, unknown]>([
    ['are no list', {}],
    ['have one that is none', [null]],
    ['have one of a kind that is unknown', [{ kind: 'set-mount', mount: 0 }]],
    ['set an annotation to no text', [{ kind: 'set-annotation', key: 'a', value: 1 }]],
    ['set an annotation without a key', [{ kind: 'set-annotation', value: 'a' }]],
    ['take away an annotation without a key', [{ kind: 'remove-annotation' }]],
    ['are of a mount before the first', [{ kind: 'remove-mount', mount: -1, destination: '' }]],
    ['are of half a mount', [{ kind: 'remove-mount', mount: 0.5, destination: '' }]],
  ])('are refused that %s', (_, given) => {
    const refusal = (name: string) =>
      expect.objectContaining({
        code: 'MH_ARGUMENT_INVALID',
        details: expect.objectContaining({ function: name }),
      });
    expect(() => applyEdits(spec, given as Edit[])).toThrow(refusal('applyEdits'));
    expect(() => toJsonPatch(spec, given as Edit[])).toThrow(refusal('toJsonPatch'));
  });

  test('of a mount that the spec does not have are refused', () => {
    const behind = (mount: number): Edit[] => [{ kind: 'remove-mount', mount, destination: '' }];
    const refusal = expect.objectContaining({
      code: 'MH_ARGUMENT_INVALID',
      details: { function: 'applyEdits', argument: 'edits', mount: 4 },
    });
    expect(() => applyEdits(spec, behind(4))).toThrow(refusal);
    expect(applyEdits(spec, behind(3)).mounts).toHaveLength(3);
  });

  test('make annotations in a JSON Patch only where there are none', () => {
    const one = edits.slice(1, 2);
    const add = { op: 'add', path: '/annotations/new', value: '3' };
    expect(toJsonPatch({}, one)).toEqual([{ op: 'add', path: '/annotations', value: {} }, add]);
    expect(toJsonPatch({ annotations: null }, one)).toEqual([
      { op: 'replace', path: '/annotations', value: {} },
      add,
    ]);
    expect(toJsonPatch({ annotations: {} }, one)).toEqual([add]);
    expect(toJsonPatch({}, edits.slice(4, 5))).toEqual([{ op: 'remove', path: '/mounts/2' }]);
    expect(
      toJsonPatch({ annotations: {} }, [{ kind: 'set-annotation', key: 'constructor', value: 'x' }]),
    ).toEqual([{ op: 'add', path: '/annotations/constructor', value: 'x' }]);
  });
});

describe('small rules', () => {
  test('a type but bind drops bind and rbind, in order', () => {
    const options = ['a', 'rbind', 'b', 'bind', 'a', 'bindx'];
    expect(withType({ type: 'bind', options }, 'tmpfs')).toEqual({
      type: 'tmpfs',
      options: ['a', 'b', 'a', 'bindx'],
    });
    expect(withType({ type: 'tmpfs', options }, 'bind')).toEqual({ type: 'bind', options });
    const none = ['a'];
    expect(withType({ type: 'bind', options: none }, 'tmpfs').options).toBe(none);
    expect(withType({ type: 'bind', options }, 'bind').options).toBe(options);
  });

  test.each([
    [[], true],
    [['.gvisor.filestore.abc'], true],
    [['.gvisor.filestore.'], true],
    [['.gvisor.filestore'], false],
    [['x.gvisor.filestore.abc'], false],
    [['file'], false],
    [[''], false],
    [['.gvisor.filestore.a', '.gvisor.filestore.b'], false],
    [['.gvisor.filestore.a', 'file'], false],
  ])('a directory of %j holds no data: %p', (entries, empty) => {
    expect(holdsNoData(entries)).toBe(empty);
  });

  test('booleans are Go’s', () => {
    for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) expect(parseGoBoolean(text)).toBe(true);
    for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False']) expect(parseGoBoolean(text)).toBe(false);
    for (const text of ['', 'tRue', 'yes', 'on', '01']) expect(parseGoBoolean(text)).toBeUndefined();
  });
});
