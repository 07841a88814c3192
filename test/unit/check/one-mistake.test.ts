import { describe, expect, test } from '@jest/globals';
import { memoryFileSystem } from '../../../src/adapters/memory-fs/memory-file-system.ts';
import { NO_FACTS } from '../../../src/domain.ts';
import {
  check,
  explain,
  inspectBundles,
  type OciSpec,
  type PodDocuments,
  rewrite,
} from '../../../src/index.ts';
import { inspectManifest } from '../../../src/manifests.ts';

const release = '20260615';
const DIRECTORY = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/cache';

function hint(name: string, fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [`dev.gvisor.spec.mount.${name}.${field}`, value]),
  );
}

const FULL = { type: 'bind', share: 'pod', options: 'rw' };

function codes(documents: PodDocuments): string[] {
  return check(documents, { release }).map(({ code }) => code);
}

function manifest(annotations: Record<string, string>, outerAnnotationKeys: readonly string[] = []) {
  return {
    pod: {
      metadata: { annotations },
      spec: {
        volumes: [{ name: 'cache', emptyDir: {} }],
        containers: [{ name: 'app', volumeMounts: [{ name: 'cache', mountPath: '/cache' }] }],
      },
    },
    outerAnnotationKeys,
  };
}

describe('one mistake is one finding', () => {
  test.each([
    ['a name with a dot', manifest(hint('my.cache', FULL)), 'hint-key-other-volume'],
    ['a name that is too long', manifest(hint('v'.repeat(60), FULL)), 'hint-key-too-long'],
    ['the reserved name', manifest(hint('gvisorinternaldevshm', FULL)), 'reserved-volume-name'],
    ['a hint on the workload', manifest({}, Object.keys(hint('cache', FULL))), 'hint-on-workload'],
    ['a misspelt type', manifest(hint('cache', { ...FULL, type: 'tmpf' })), 'hint-type-unknown'],
    ['an unknown share', manifest(hint('cache', { ...FULL, share: 'Pod' })), 'hint-share-unknown'],
  ])('%s', (_, documents, code) => {
    const found = codes(documents as PodDocuments).filter(
      (each) => each.startsWith('hint-key') || each.startsWith('mount-') || each === code,
    );
    expect(found).toEqual([code]);
  });

  test('an unknown share is not an absent one too', () => {
    expect(codes(manifest(hint('cache', { ...FULL, share: 'Pod' })))).not.toContain('hint-incomplete');
  });

  test('a hint in the specs of containers only is one for each container', () => {
    const sandbox = { annotations: { 'io.kubernetes.cri.container-type': 'sandbox' } };
    const container = {
      annotations: { 'io.kubernetes.cri.container-type': 'container', ...hint('cache', FULL) },
    };
    const found = check({ sandbox, containers: [container, container] }, { release });
    expect(found.map(({ code, place }) => [code, place])).toEqual([
      ['hint-on-container', { in: 0, path: ['annotations', 'dev.gvisor.spec.mount.cache.type'] }],
      ['hint-on-container', { in: 1, path: ['annotations', 'dev.gvisor.spec.mount.cache.type'] }],
    ]);
    expect(found[0]?.message).toContain('(and .share, .options)');
  });

  test('a volume without a directory is not a hint on the containers too', async () => {
    const annotations = (type: string) => ({
      'io.kubernetes.cri.container-type': type,
      'io.kubernetes.cri.sandbox-id': 's',
      'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/n_p_u',
      ...hint('gone', FULL),
      ...hint('lost', FULL),
    });
    const bundles = {
      '/b/s': { annotations: annotations('sandbox') },
      '/b/c': { annotations: annotations('container') },
    };
    const [report] = await inspectBundles(['/b/c'], { release, fs: memoryFileSystem({ bundles }) });
    expect(report?.findings.map(({ code }) => code)).toEqual(['hint-volume-unknown', 'hint-volume-unknown']);
  });
});

describe('findings', () => {
  test('come in the order of their lines, and point at the keys of the workload', () => {
    const text = [
      'kind: Deployment',
      'metadata:',
      '  annotations:',
      '    dev.gvisor.spec.mount.cache.type: bind',
      'spec:',
      '  template:',
      '    metadata:',
      '      annotations:',
      '        dev.gvisor.spec.mount.gone.type: bind',
      '        dev.gvisor.flag.overlay2: all:memory',
      '        dev.gvisor.spec.mount.cache.typo: x',
    ];
    const [report] = inspectManifest(text.join('\n'), { release, source: 'd.yaml' });
    expect(report?.findings.map(({ code, location }) => [location.line, location.column, code])).toEqual([
      [4, 5, 'hint-on-workload'],
      [9, 9, 'hint-volume-unknown'],
      [10, 9, 'tenant-overlay2'],
      [11, 9, 'hint-field-unknown'],
      [11, 9, 'hint-incomplete'],
      [11, 9, 'hint-volume-unknown'],
    ]);
  });
});

describe('a lone container', () => {
  const lone: OciSpec = { annotations: { 'dev.gvisor.flag.directfs': 'false' }, mounts: [] };

  test('whose flag is refused has a problem, and one finding', () => {
    expect(explain({ sandbox: lone, containers: [] }, { release }).sandboxProblems).toEqual([
      { kind: 'flag-refused', key: 'dev.gvisor.flag.directfs', value: 'false' },
    ]);
    expect(codes({ sandbox: lone, containers: [] })).toEqual(['flag-refused']);
  });
});

describe('the longest name that fits', () => {
  test.each([
    ['dev.gvisor.spec.mount.NAME.type', 36],
    ['dev.gvisor.spec.mount.NAME.options', 33],
    ['dev.gvisor.empty-dir.NAME.force-shared', 29],
  ])('of %s is %d', (pattern, longest) => {
    const key = (length: number) => pattern.replace('NAME', 'v'.repeat(length));
    const tooLong = check(manifest({ [key(longest + 1)]: 'x' }), { release }).filter(
      ({ code }) => code === 'hint-key-too-long',
    );
    expect(tooLong.map(({ message }) => message.match(/\d+$/)?.[0])).toEqual([String(longest)]);
    expect(codes(manifest({ [key(longest)]: 'x' }))).not.toContain('hint-key-too-long');
  });
});

describe('notes on a volume with two mounts', () => {
  const mount = { type: 'bind', source: DIRECTORY, options: ['rbind'] };
  const mounts = ['/a', '/b'].map((destination) => ({ ...mount, destination }));

  test.each([
    ['data', {}, 'holds-data-by-now'],
    ['force-shared', { 'dev.gvisor.empty-dir.cache.force-shared': 'true' }, 'empty-dir-force-shared'],
    ['a bad force-shared', { 'dev.gvisor.empty-dir.cache.force-shared': 'yes' }, 'force-shared-ignored'],
  ])('are there once: %s', (_, annotations, code) => {
    const spec = {
      annotations: {
        'io.kubernetes.cri.container-type': 'container',
        ...hint('cache', FULL),
        ...annotations,
      },
      mounts,
    };
    const facts = { ...NO_FACTS, empty: new Map([[DIRECTORY, false]]) };
    const { notes } = rewrite(spec, release, facts);
    expect(notes.filter((note) => note.code === code)).toHaveLength(1);
  });

  test('that passes host sockets say that they were opened, and not that they were kept', () => {
    const directory = DIRECTORY.replace('cache', 'gke-gcsfuse-tmp');
    const spec = {
      annotations: { 'io.kubernetes.cri.container-type': 'container', ...hint('gke-gcsfuse-tmp', FULL) },
      mounts: mounts.map((each) => ({ ...each, source: directory })),
    };
    const { notes } = rewrite(spec, release, { ...NO_FACTS, empty: new Map([[directory, false]]) });
    expect(notes.map(({ code }) => code).filter((code) => code.startsWith('host-uds'))).toEqual([
      'host-uds-opened',
    ]);
  });
});

describe('one input that cannot be checked', () => {
  test.each(['1.5', '1e400', '-1.5', '"1Gi"'])('a memory limit of %s is a finding', async (limit) => {
    const text = `{"annotations": ${JSON.stringify(hint('cache', { type: 'tmpfs', share: 'pod', options: 'size=4g', source: DIRECTORY }))},
"mounts": [{"destination": "/v", "type": "tmpfs", "source": "${DIRECTORY}"}],
"linux": {"resources": {"memory": {"limit": ${limit}}}}}`;
    const fs = memoryFileSystem({ files: { '/b/config.json': text } });
    const [report] = await inspectBundles(['/b'], { release, fs });
    expect(report?.findings).toMatchObject([
      {
        code: 'memory-limit-not-integer',
        severity: 'error',
        location: { file: '/b/config.json', line: 3, column: 36 },
      },
    ]);
  });
});

describe('an option of a hint', () => {
  const found = (options: string) =>
    codes(manifest(hint('cache', { ...FULL, type: 'tmpfs', options }))).filter((code) =>
      code.startsWith('hint-option-'),
    );

  test.each(['ro,rw', 'noexec,exec', 'noatime,atime', 'nosuid,suid'])(
    'is overruled by its opposite: %s',
    (pair) => {
      expect(found(pair)).toContain('hint-option-overruled');
      for (const one of pair.split(',')) expect(found(one)).not.toContain('hint-option-overruled');
    },
  );

  test('that is empty, between two commas, is nothing to tell of', () => {
    expect(found('rw,,nosuid')).toEqual([]);
  });
});

test('a part of a hinted volume is no mistake where the volume is forced to be shared', () => {
  const withPart = (annotations: Record<string, string>) => {
    const { pod, ...rest } = manifest({ ...hint('cache', { ...FULL, type: 'tmpfs' }), ...annotations });
    const part = { name: 'cache', mountPath: '/part', subPath: 'a' };
    const containers = pod.spec.containers.map((each) => ({
      ...each,
      volumeMounts: [...each.volumeMounts, part],
    }));
    return codes({ pod: { ...pod, spec: { ...pod.spec, containers } }, ...rest });
  };
  expect(withPart({})).toContain('sub-path-on-hinted-volume');
  expect(withPart({ 'dev.gvisor.empty-dir.cache.force-shared': 'false' })).toContain(
    'sub-path-on-hinted-volume',
  );
  expect(withPart({ 'dev.gvisor.empty-dir.cache.force-shared': 'true' })).not.toContain(
    'sub-path-on-hinted-volume',
  );
});
