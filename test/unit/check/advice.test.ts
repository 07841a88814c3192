import { describe, expect, test } from '@jest/globals';
import { installedFlags } from '../../../src/domain/runsc/runsc-flags.ts';
import { DIAGNOSTICS } from '../../../src/domain.ts';
import { check, type Finding, type PodDocuments, type PodOptions } from '../../../src/index.ts';
import { DIAGNOSTIC_CASES } from './diagnostic-cases.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents are changed here as people change them.
type Loose = any;

/** What people change: the pod's documents, and the node's release and flags. */
class World {
  readonly documents: Loose;
  options: PodOptions;

  constructor(documents: PodDocuments, options: Partial<PodOptions>) {
    this.documents = structuredClone(documents);
    this.options = { release: 'latest', ...options };
  }

  check(): readonly Finding[] {
    return check(this.documents, this.options);
  }

  /** The pod's annotations, in a manifest or in each spec. */
  get annotations(): Record<string, string>[] {
    const { pod, sandbox, containers } = this.documents;
    return (pod ? [pod.metadata] : [sandbox, ...containers]).map((each: Loose) => {
      each.annotations ??= {};
      return each.annotations;
    });
  }

  at({ place }: Finding, steps = place.path.length): Loose {
    const { pod, sandbox, containers } = this.documents;
    const root = typeof place.in === 'number' ? containers[place.in] : place.in === 'sandbox' ? sandbox : pod;
    return place.path.slice(0, steps).reduce((at: Loose, step) => at?.[step], root);
  }

  key({ place }: Finding): string {
    return String(place.path.at(-1));
  }

  /** The volume that a finding is about. */
  volume(finding: Finding): string {
    const named = /^dev\.gvisor\.(?:spec\.mount|empty-dir)\.([^.]*)/.exec(this.key(finding))?.[1];
    if (named !== undefined) return named;
    const { name, source = '' } = this.at(finding) ?? {};
    if (name !== undefined) return name;
    const below = /\/volume-subpaths\/([^/]+)\//.exec(source)?.[1];
    const hinted = Object.entries(this.annotations[0] ?? {}).find(
      ([key, value]) => key.endsWith('.source') && value === source,
    );
    return below ?? hinted?.[0].split('.')[4] ?? this.documents.pod?.spec.volumes[0].name;
  }

  hintKey(finding: Finding, field: string): string {
    return `dev.gvisor.spec.mount.${this.volume(finding)}.${field}`;
  }

  set(key: string, value: string): void {
    for (const annotations of this.annotations) annotations[key] = value;
  }

  setField(finding: Finding, field: string, value: string): void {
    this.set(this.hintKey(finding, field), value);
  }

  field(finding: Finding, field: string): string {
    return this.annotations[0]?.[this.hintKey(finding, field)] ?? '';
  }

  remove(matches: (key: string) => boolean): void {
    for (const annotations of this.annotations) {
      for (const key of Object.keys(annotations)) if (matches(key)) delete annotations[key];
    }
  }

  removeHint(finding: Finding): void {
    const prefix = `dev.gvisor.spec.mount.${this.volume(finding)}.`;
    const force = `dev.gvisor.empty-dir.${this.volume(finding)}.force-shared`;
    this.remove((key) => key.startsWith(prefix) || key === force);
  }

  rename(from: string, to: string): void {
    const text = JSON.stringify(this.documents.pod).replaceAll(from, to);
    this.documents.pod = JSON.parse(text);
  }

  setOptions(finding: Finding, change: (options: string[]) => string[]): void {
    const isMount = this.at(finding)?.destination !== undefined;
    if (isMount) this.at(finding).options = change(this.at(finding).options ?? []);
    else this.setField(finding, 'options', change(this.field(finding, 'options').split(',')).join(','));
  }
}

type Follow = (world: World, finding: Finding, match: RegExpExecArray) => void;

const without = (unwanted: readonly string[]) => (options: string[]) =>
  options.filter((option) => !unwanted.includes(option));

const removeFinding: Follow = (world, finding) => world.remove((key) => key === world.key(finding));

/** What people do who read a piece of advice; every piece that a fix has is followed by itself. */
const ADVICE: readonly (readonly [RegExp, Follow])[] = [
  [
    /remove the hint and this annotation/,
    (world, finding) => {
      world.removeHint(finding);
      removeFinding(world, finding, [] as never);
    },
  ],
  [
    /Annotate the pod: type (\w+), share (\w+), options ([^ ]+)\.$/,
    (world, finding, [, type = '', share = '', options = '']) => {
      for (const [field, value] of Object.entries({ type, share, options }))
        world.setField(finding, field, value);
    },
  ],
  [/remove the hint(?! and)/i, (world, finding) => world.removeHint(finding)],
  [/remove the (annotation|key)(?!;)/i, removeFinding],
  [/remove the annotation;/i, removeFinding],
  [/remove one of the hints/i, (world, finding) => world.removeHint(finding)],
  [/remove \.directfs/i, removeFinding],
  [
    /set (the flag|it)( to false)? in runsc\.toml/,
    (world, finding) => {
      const flag = world.key(finding).startsWith('dev.gvisor.flag.')
        ? world.key(finding).slice(16)
        : 'directfs';
      const value = world.annotations.find((each) => each[world.key(finding)])?.[world.key(finding)] ?? '';
      removeFinding(world, finding, [] as never);
      world.options = {
        ...world.options,
        flags: installedFlags({ [flag]: flag === 'directfs' ? 'false' : value }),
      };
    },
  ],
  [/write root:self/, (world, finding) => world.set(world.key(finding), 'root:self')],
  [
    /(?:Write|Use) share: (\w+)/,
    (world, finding, [, share = '']) => {
      world.setField(finding, 'share', share);
    },
  ],
  [/or share: pod/, (world, finding) => world.setField(finding, 'share', 'pod')],
  [
    /Give the hint a type and a share/,
    (world, finding) => {
      if (world.field(finding, 'type') === '' || world.documents.pod) world.setField(finding, 'type', 'bind');
      if (world.field(finding, 'share') === '') world.setField(finding, 'share', 'pod');
    },
  ],
  [
    /write type: bind and share: shared/,
    (world, finding) => {
      world.setField(finding, 'type', 'bind');
      world.setField(finding, 'share', 'shared');
      if (world.documents.pod) return;
      for (const { mounts = [] } of world.documents.containers)
        for (const mount of mounts) mount.type = 'bind';
    },
  ],
  [
    /Write type: bind to keep it on disk/,
    (world, finding) => {
      world.setField(finding, 'type', world.documents.pod ? 'bind' : 'tmpfs');
      if (world.documents.pod) return;
      for (const { mounts = [] } of world.documents.containers)
        for (const mount of mounts) mount.type = 'bind';
    },
  ],
  [
    /(?<!with )medium: Memory on the emptyDir/,
    (world, finding) => {
      if (/^Write type: tmpfs, and/.test(finding.fix)) world.setField(finding, 'type', 'tmpfs');
      const volume = world.documents.pod?.spec.volumes.find(
        (each: Loose) => each.name === world.volume(finding),
      );
      if (volume) volume.emptyDir = { medium: 'Memory' };
      else
        world.documents.sources = new Map(
          [...world.documents.sources.keys()].map((path) => [path, { onTmpfs: true }]),
        );
    },
  ],
  [/Write bind \(an emptyDir on disk\)/, (world, finding) => world.setField(finding, 'type', 'bind')],
  [
    /Write container \(one container uses it\)/,
    (world, finding) => world.setField(finding, 'share', 'container'),
  ],
  [/pod \(several do\)/, (world, finding) => world.setField(finding, 'share', 'pod')],
  [/Write "(off|true)" \(quoted/, (world, finding, [, value = '']) => world.set(world.key(finding), value)],
  [
    /Did you mean (ignore\.\S+)\?/,
    (world, finding, [, key = '']) => {
      removeFinding(world, finding, [] as never);
      world.set(key, 'small');
    },
  ],
  [/Write the reason as the value/, (world, finding) => world.set(world.key(finding), 'small')],
  [/or default\./, (world, finding) => world.set(world.key(finding), 'default')],
  [
    /Did you mean \.(\w+)\?/,
    (world, finding, [, field = '']) => {
      const value = world.annotations[0]?.[world.key(finding)] ?? '';
      removeFinding(world, finding, [] as never);
      if (world.field(finding, field) === '') world.setField(finding, field, value);
    },
  ],
  [
    /Did you mean "(dev\.gvisor\.[^"]+)"\?/,
    (world, finding, [, key = '']) => {
      const value = world.annotations[0]?.[world.key(finding)] ?? '';
      removeFinding(world, finding, [] as never);
      world.set(key, value);
      // The triggers have one key; whoever corrects it has the rest of the hint there.
      if (key.includes('.flag.')) return;
      world.set('dev.gvisor.spec.mount.cache.type', 'bind');
      world.set('dev.gvisor.spec.mount.cache.share', 'pod');
      const source = world.documents.containers?.[0].mounts[0].source;
      if (source !== undefined) world.set('dev.gvisor.spec.mount.cache.source', source);
    },
  ],
  [/Did you mean "([^".]+)"\?/, (world, finding, [, name = '']) => world.rename(world.volume(finding), name)],
  [/Did you mean type: (\w+)\?/, (world, finding, [, type = '']) => world.setField(finding, 'type', type)],
  [
    /Did you mean ([a-z]+(?:=[^?]*)?)\?/,
    (world, finding, [, meant = '']) => {
      const option = /option "([^"]+)"/.exec(finding.message)?.[1] ?? '';
      world.setOptions(finding, (options) => options.map((each) => (each === option ? meant : each)));
    },
  ],
  [/Correct the mount's name/, (world, finding) => world.rename(world.volume(finding), 'cache')],
  [
    /add a volume of that name/,
    (world, finding) => {
      const { spec } = world.documents.pod;
      spec.volumes = [...spec.volumes, { name: world.volume(finding), emptyDir: {} }];
    },
  ],
  [/Correct the name/, (world, finding) => world.rename(world.volume(finding), 'cache')],
  [
    /correct the volume's name in it/,
    (world, finding) => {
      removeFinding(world, finding, [] as never);
    },
  ],
  [/The fields are type, share, options/, removeFinding],
  [
    /Write (dev\.gvisor\.\S+): ("[^"]*")/,
    (world, finding, [, key = '', value = '']) => {
      world.set(key, JSON.parse(value));
      if (world.documents.pod || !key.endsWith('.force-shared')) return;
      // What the shim makes of it when the pod is recreated.
      world.setField(finding, 'type', 'bind');
      world.setField(finding, 'share', 'shared');
    },
  ],
  [
    /Upgrade (runsc|gVisor)/i,
    (world) => {
      world.options = { ...world.options, release: 'latest' };
    },
  ],
  [
    /^Remove the option[;,.]/,
    (world, finding) => {
      const option = /option "([^"]+)"/.exec(finding.message)?.[1] ?? '';
      world.setOptions(finding, without([option]));
    },
  ],
  [
    /or remove the options\./,
    (world, finding) => {
      const [options = ''] = finding.message.split(' does nothing');
      world.setOptions(finding, without(options.split(',')));
    },
  ],
  [
    /Keep one of the two/,
    (world, finding) => {
      const [, tight = ''] = /^(\w+) wins over/.exec(finding.message) ?? [];
      world.setOptions(finding, without([tight]));
    },
  ],
  [/Remove bind and rbind/, (world, finding) => world.setOptions(finding, without(['bind', 'rbind']))],
  [
    /Write size= as a number/,
    (world, finding) => {
      const good: Record<string, string> = { size: 'size=1g', mode: 'mode=0755', uid: 'uid=0', gid: 'gid=0' };
      world.setOptions(finding, (options) =>
        options.map((option) => good[option.split('=')[0] ?? ''] ?? option),
      );
    },
  ],
  [
    /Write the size that is meant|Lower size=/,
    (world, finding) => {
      world.setOptions(finding, (options) => options.map((option) => option.replace(/^size=.*/, 'size=1g')));
    },
  ],
  [
    /raise the limit/,
    (world) => {
      const raise = (each: Loose) => {
        if (each.resources) each.resources.limits.memory = '8Gi';
        else each.linux.resources.memory.limit = 2 ** 33;
      };
      for (const each of world.documents.pod?.spec.containers ?? world.documents.containers) raise(each);
    },
  ],
  [
    /Write a whole number of bytes/,
    (world, finding) => {
      world.at(finding, finding.place.path.length - 1).limit = 1_073_741_824;
    },
  ],
  [
    /NAME\.FIELD, with a volume name/,
    (world, finding) => {
      const field = world.key(finding).split('.').at(-1) ?? '';
      removeFinding(world, finding, [] as never);
      for (const [key, value] of [
        ['type', 'bind'],
        ['share', 'pod'],
      ]) {
        if (world.documents.pod) world.set(`dev.gvisor.spec.mount.cache.${key}`, String(value));
      }
      expect(field).not.toBe('');
    },
  ],
  [
    /Use the name of one of the pod's volumes/,
    (world, finding) => {
      removeFinding(world, finding, [] as never);
      world.set('dev.gvisor.spec.mount.cache.type', 'bind');
      world.set('dev.gvisor.spec.mount.cache.share', 'pod');
    },
  ],
  [
    /Give the volume a shorter name|give the volume another name/,
    (world, finding) => {
      if (/Remove the hint/.test(finding.fix)) world.removeHint(finding);
      else world.rename(world.volume(finding), 'short');
    },
  ],
  [
    /Write the name of the volume/,
    (world, finding) => world.rename(`mount.${world.volume(finding)}.`, 'mount.cache.'),
  ],
  [
    /^Mount the volume/,
    (world, finding) => {
      world.documents.pod.spec.containers[0].volumeMounts = [
        { name: world.volume(finding), mountPath: '/m' },
      ];
    },
  ],
  [
    /Give the mount the option/,
    (world, finding) => {
      // Kubernetes has readOnly alone.
      const [, option = ''] = / lacks (\w+)/.exec(finding.message) ?? [];
      if (option === 'ro') world.at(finding).readOnly = true;
      else world.setOptions(finding, without([option]));
      if (option !== 'ro')
        world.setField(finding, 'options', world.field(finding, 'options').replace(option, 'rw'));
    },
  ],
  [
    /take it out of the hint's options/,
    (world, finding) => {
      const [, option = ''] = / lacks (\w+)/.exec(finding.message) ?? [];
      world.setField(
        finding,
        'options',
        without([option])(world.field(finding, 'options').split(',')).join(','),
      );
    },
  ],
  [
    /mount the whole volume/,
    (world, finding) => {
      const mount = world.at(finding);
      delete mount.subPath;
      delete mount.subPathExpr;
      if (mount.source) mount.source = world.field(finding, 'source');
    },
  ],
  [
    /Use mountPropagation: (\w+)/,
    (world, finding, [, value]) => {
      world.at(finding).mountPropagation = value;
    },
  ],
  [
    /, or none\./,
    (world, finding) => {
      delete world.at(finding).mountPropagation;
    },
  ],
  [
    /Give the mount a source/,
    (world, finding) => {
      world.at(finding).source = '/srv';
    },
  ],
  [
    /Make it a bind mount/,
    (world, finding) => {
      world.at(finding).type = 'bind';
      world.at(finding).options = ['rbind'];
    },
  ],
  [
    /put a directory in the link's place/,
    (world) => {
      world.documents.sources = new Map();
    },
  ],
  [
    /Write the path without a slash|^Write (\/[^\s]*)\.$/,
    (world, finding, [, path]) => {
      const mount = world.at(finding);
      const field = mount.mountPath === undefined ? 'destination' : 'mountPath';
      mount[field] = path ?? '/cache';
    },
  ],
  [
    /Remove one of two mounts/,
    (world, finding) => {
      const mounts = world.at(finding, finding.place.path.length - 1);
      mounts.splice(Number(finding.place.path.at(-1)), 1);
    },
  ],
  [
    /Write type: bind and share: pod/,
    (world) => {
      world.set('dev.gvisor.spec.mount.cache.type', 'bind');
      world.set('dev.gvisor.spec.mount.cache.share', 'pod');
    },
  ],
  [/^Write type: tmpfs\./, (world, finding) => world.setField(finding, 'type', 'tmpfs')],
  [
    /Rewrite the sandbox's spec too/,
    (world) => {
      const { sandbox, containers } = world.documents;
      const shm = sandbox.mounts?.[0];
      const [name, source] = shm
        ? ['gvisorinternaldevshm', shm.source]
        : ['cache', containers[0].mounts[0].source];
      for (const [field, value] of Object.entries({ type: 'tmpfs', share: 'pod', options: 'rw', source })) {
        sandbox.annotations[`dev.gvisor.spec.mount.${name}.${field}`] = value;
      }
      for (const { mounts = [] } of [sandbox, ...containers]) {
        for (const mount of mounts) Object.assign(mount, { type: 'tmpfs', options: ['rw'] });
      }
    },
  ],
  [
    /^Recreate the pod/,
    (world) => {
      for (const { mounts } of world.documents.containers) {
        for (const mount of mounts) Object.assign(mount, { type: 'tmpfs', options: ['rw'] });
      }
    },
  ],
  [
    /Add gid= and mode=2775/,
    (world, finding) => {
      world.setField(finding, 'options', `${world.field(finding, 'options')},gid=2000,mode=2775`);
    },
  ],
  [
    /Add size= to the hint's options/,
    (world, finding) => {
      world.setField(finding, 'options', `${world.field(finding, 'options')},size=2g`);
    },
  ],
  [
    /Leave the flag at shared/,
    (world) => {
      world.options = { release: world.options.release };
    },
  ],
  [
    /Hint the volume with type: tmpfs and share: pod/,
    (world, finding) => {
      world.setField(finding, 'type', 'tmpfs');
      world.setField(finding, 'share', 'pod');
      if (/with medium: Memory/.test(finding.fix))
        world.documents.pod.spec.volumes[0].emptyDir = { medium: 'Memory' };
    },
  ],
  [
    /or remove it, if 64 MiB/,
    (world) => {
      world.documents.pod.spec.volumes = [];
      world.documents.pod.spec.containers[0].volumeMounts = [];
      world.remove((key) => key.startsWith('dev.gvisor.'));
    },
  ],
  [
    /Remove hostIPC/,
    (world, finding) => {
      if (world.documents.pod) delete world.documents.pod.spec.hostIPC;
      else world.at(finding).source = 'shm';
    },
  ],
  [
    /Move the annotations to spec\.template/,
    (world) => {
      for (const key of world.documents.outerAnnotationKeys) {
        world.set(key, 'bind');
        world.set(key.replace('.type', '.share'), 'pod');
      }
      world.documents.outerAnnotationKeys = [];
    },
  ],
  [
    /Put the hint on the pod/,
    (world) => {
      const { sandbox, containers } = world.documents;
      Object.assign(sandbox.annotations, containers[0].annotations, {
        'io.kubernetes.cri.container-type': 'sandbox',
        'dev.gvisor.spec.mount.cache.share': 'pod',
        'dev.gvisor.spec.mount.cache.source': containers[0].mounts[0].source,
      });
    },
  ],
  [
    /Set kubelet's --root-dir to (\S+),/,
    (world, finding, [, directory]) => {
      const mount = world.at(finding);
      mount.source = mount.source.replace('/var/lib/k0s/kubelet', directory);
    },
  ],
  [
    /keep the volume on disk \(type: bind/,
    (world, finding) => {
      if (world.documents.pod) world.setField(finding, 'type', 'bind');
      else
        for (const { mounts } of world.documents.containers) for (const mount of mounts) mount.type = 'bind';
    },
  ],
];

function pieces(
  fix: string,
): { readonly text: string; readonly follow: (world: World, finding: Finding) => void }[] {
  return ADVICE.flatMap(([pattern, follow]) => {
    const match = pattern.exec(fix);
    return match ? [{ text: match[0], follow: (world, finding) => follow(world, finding, match) }] : [];
  });
}

const CASES = DIAGNOSTICS.flatMap(({ code }) =>
  (DIAGNOSTIC_CASES[code]?.triggers ?? []).flatMap(({ documents, ...options }, index) => {
    const found = new World(documents, options).check().filter((finding) => finding.code === code);
    return found.flatMap((finding, at) =>
      pieces(finding.fix).map(({ text, follow }) => ({
        name: `${code} ${index + 1}.${at + 1}: ${text}`,
        finding,
        world: () => new World(documents, options),
        follow,
      })),
    );
  }),
);

describe('advice that is followed takes its finding away and brings no other', () => {
  test('every diagnostic has advice that is followed here', () => {
    const silent = DIAGNOSTICS.filter(({ code }) => !CASES.some(({ finding }) => finding.code === code));
    expect(silent.map(({ code, fix }) => [code, fix])).toEqual([]);
  });

  test.each(CASES)('$name', ({ finding, world, follow }) => {
    const pod = world();
    const before = new Set(pod.check().map(({ code }) => code));
    follow(pod, finding);
    const after = pod.check();
    const isSame = (each: Finding) => each.code === finding.code && each.message === finding.message;
    // A hint that is removed leaves an emptyDir without one, which is no fault.
    const brought = after.filter(({ code }) => code !== 'empty-dir-unhinted' && !before.has(code));
    expect([...after.filter(isSame), ...brought]).toEqual([]);
  });
});
