import { README_POD } from '../../playground/readme-pod.ts';

function pod(name: string, annotations: Record<string, string>, spec: Record<string, unknown>): string {
  const keyed = Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`dev.gvisor.spec.mount.${key}`, value]),
  );
  const metadata = { name, annotations: keyed };
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { runtimeClassName: 'gvisor', ...spec } })}\n`;
}

function mounts(...names: readonly string[]): { name: string; mountPath: string }[] {
  return names.map((name) => ({ name, mountPath: `/${name}` }));
}

function emptyDirs(...names: readonly string[]): { name: string; emptyDir: object }[] {
  return names.map((name) => ({ name, emptyDir: {} }));
}

/** Six pods of different kinds: the README's, one that is fine, one that does not start, private copies, a large one, a plain one. */
export const SIX_PODS = [
  README_POD,
  pod(
    'web-with-sidecar',
    { 'sockets.type': 'tmpfs', 'sockets.share': 'pod', 'logs.type': 'bind', 'logs.share': 'pod' },
    {
      initContainers: [{ name: 'prepare', volumeMounts: mounts('logs') }],
      containers: [
        { name: 'web', volumeMounts: mounts('sockets', 'logs') },
        { name: 'proxy', volumeMounts: [{ name: 'sockets', mountPath: '/run/web', readOnly: true }] },
        { name: 'log-shipper', volumeMounts: mounts('logs') },
      ],
      volumes: [{ name: 'sockets', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }, ...emptyDirs('logs')],
    },
  ),
  pod(
    'misspelt-hint',
    { 'cahce.type': 'bind', 'cahce.share': 'pod' },
    { containers: [{ name: 'app', volumeMounts: mounts('cache') }], volumes: emptyDirs('cache') },
  ),
  pod(
    'two-private-copies',
    { 'data.type': 'tmpfs', 'data.share': 'shared' },
    {
      containers: [
        { name: 'writer', volumeMounts: mounts('data') },
        { name: 'reader', volumeMounts: mounts('data') },
      ],
      volumes: [{ name: 'data', emptyDir: { medium: 'Memory' } }],
    },
  ),
  pod(
    'database',
    { 'pgdata.type': 'bind', 'pgdata.share': 'container', 'wal.type': 'bind', 'wal.share': 'container' },
    {
      containers: [
        { name: 'postgres', volumeMounts: mounts('pgdata', 'wal', 'tls', 'config', 'run') },
        { name: 'exporter', volumeMounts: mounts('run', 'tls') },
      ],
      volumes: [
        { name: 'pgdata', persistentVolumeClaim: { claimName: 'pg' } },
        { name: 'tls', secret: { secretName: 'pg-tls' } },
        { name: 'config', configMap: { name: 'pg' } },
        ...emptyDirs('wal', 'run'),
      ],
    },
  ),
  pod(
    'no-hints',
    {},
    {
      containers: [
        {
          name: 'job-with-a-rather-long-container-name',
          volumeMounts: mounts('scratch-space-with-a-long-name', 'tmp'),
        },
      ],
      volumes: emptyDirs('scratch-space-with-a-long-name', 'tmp'),
    },
  ),
].join('---\n');

/** What would run if any name were taken for markup. */
const SCRIPT = `"><script>alert(1)</script><img src=x onerror=alert(2)>'</text></svg><svg onload=alert(3)>`;

/** A pod whose every name is an attack. */
export const HOSTILE_POD = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: SCRIPT,
    annotations: { [`dev.gvisor.spec.mount.${SCRIPT}.type`]: SCRIPT, 'dev.gvisor.spec.mount.v.type': SCRIPT },
  },
  spec: {
    containers: [
      {
        name: SCRIPT,
        volumeMounts: [
          { name: SCRIPT, mountPath: `/${SCRIPT}` },
          { name: 'v', mountPath: '/v' },
        ],
      },
    ],
    volumes: [
      { name: SCRIPT, emptyDir: {} },
      { name: 'v', emptyDir: { medium: SCRIPT } },
    ],
  },
});

/** A pod with this many volumes. */
export function manyVolumes(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `volume-${index}`);
  return pod(
    'many',
    {},
    { containers: [{ name: 'app', volumeMounts: mounts(...names) }], volumes: emptyDirs(...names) },
  );
}
