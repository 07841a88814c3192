import { isNotMounted, isOwnFileSystem, isPlainShm, limitText, volumeKind } from '../explain/mount-words.ts';
import { type PodVolumeSummary, volumeNameOfPath } from '../explain/pod-volumes.ts';
import { describeFailure } from '../runsc/describe-failure.ts';
import type { ServedMount } from '../runsc/served-mount.ts';
import { describeWhy, hasRewrittenMount } from '../runsc/why.ts';
import { SHM_VOLUME } from '../spec/annotation-keys.ts';
import type {
  Picture,
  PictureAnnotation,
  PictureContainer,
  PictureFinding,
  PictureMount,
  PictureSubject,
  PictureVolume,
} from './picture.ts';
import { changeOf, hostWordsOf, keptWords, sharingWords } from './volume-words.ts';

/** Mounts that see one another's files, while they come together. */
interface Group {
  readonly id: string;
  readonly name: string;
  readonly first: ServedMount;
  readonly containers: Set<string>;
}

function findingOf({
  code,
  severity,
  message,
  fix,
  location,
}: PictureSubject['findings'][number]): PictureFinding {
  return { code, severity, message, fix, file: location.file, line: location.line };
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Draws one pod; state is what was found so far. */
class PictureMaking {
  readonly #subject: PictureSubject;
  readonly #volumes: ReadonlyMap<string, PodVolumeSummary>;
  readonly #groups = new Map<string, Group>();
  readonly #findings = new Map<string, PictureFinding[]>();
  readonly #ofPod: PictureFinding[] = [];
  readonly #annotations = new Map<string, PictureAnnotation[]>();

  constructor(subject: PictureSubject) {
    this.#subject = subject;
    this.#volumes = new Map(subject.explanation.volumes.map((volume) => [volume.source, volume]));
    for (const { key, value, location, volume } of subject.annotations) {
      if (volume !== undefined) push(this.#annotations, volume, { key, value, line: location.line });
    }
  }

  picture(): Picture {
    const { title, file, explanation } = this.#subject;
    const containers = explanation.containers.map((container, index): PictureContainer => {
      const mounts = container.mounts.filter((mount) => !isOwnFileSystem(mount));
      return {
        name: container.name,
        endsFirst: container.endsFirst,
        problems: container.problems.map(({ key }) => key),
        mounts: mounts.map((mount) => this.#mount(mount, container.name, index)),
      };
    });
    this.#sortFindings();
    const groups = [...this.#groups.values()];
    const isShm = ({ first }: Group) => isPlainShm(first);
    const ordered = [...groups.filter((group) => !isShm(group)), ...groups.filter(isShm)];
    return {
      title,
      file,
      release: explanation.release,
      findings: this.#ofPod,
      starts: explanation.sandboxProblems.length === 0,
      containers,
      volumes: ordered.map((group) => this.#volume(group)),
    };
  }

  #nameOf({ mount, hint }: ServedMount): string {
    if (hint?.name === SHM_VOLUME || mount.source === 'shm') return mount.destination;
    return (
      this.#volumes.get(mount.source)?.name ??
      hint?.name ??
      volumeNameOfPath(mount.source) ??
      (mount.source || mount.destination)
    );
  }

  /** All mounts that see one another's files have one key. */
  #keyOf(served: ServedMount, container: number): string {
    const { serving, sharedBy, mount } = served;
    const own = sharedBy === 'mount' || isNotMounted(served);
    return JSON.stringify([serving, mount.source, ...(own ? [container, mount.destination] : [])]);
  }

  #mount(served: ServedMount, container: string, index: number): PictureMount {
    const key = this.#keyOf(served, index);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        id: `v${this.#groups.size}`,
        name: this.#nameOf(served),
        first: served,
        containers: new Set(),
      };
      this.#groups.set(key, group);
    }
    group.containers.add(container);
    const { mount, readOnly, why, failures, hiddenBy } = served;
    const hidden = hiddenBy === undefined ? [] : [`hidden by the mount ${hiddenBy}`];
    return {
      destination: mount.destination,
      volume: group.id,
      readOnly,
      isRewritten: hasRewrittenMount(why),
      failures: [...failures.map(describeFailure), ...hidden],
    };
  }

  #sortFindings(): void {
    const names = new Set([...this.#groups.values()].map(({ name }) => name));
    for (const finding of this.#subject.findings) {
      const { volume } = finding;
      if (volume !== undefined && names.has(volume)) push(this.#findings, volume, findingOf(finding));
      else this.#ofPod.push(findingOf(finding));
    }
  }

  #volume({ id, name, first, containers }: Group): PictureVolume {
    const volume = this.#volumes.get(first.mount.source);
    const names = [...containers];
    const findings = this.#findings.get(name) ?? [];
    const change = changeOf(findings, volume);
    const fixed = change.kind === 'none' ? {} : (volume?.fixedAnnotations ?? {});
    return {
      id,
      name,
      what: volume === undefined ? whatIs(first) : volumeKind(volume),
      ...keptWords(first, volume),
      sharing: sharingWords(first, names),
      containers: names,
      survivesRestart: first.survivesRestart,
      hostView: hostWordsOf(first),
      limit: limitText(first.size),
      why: first.why.map(describeWhy),
      annotations: this.#annotations.get(name) ?? [],
      findings,
      change,
      fixed: Object.entries(fixed).map(([key, value]) => ({ key, value, line: 0 })),
    };
  }
}

function whatIs(mount: ServedMount): string {
  return isPlainShm(mount) ? "the pod's shared memory" : mount.mount.source;
}

/**
 * A report on a pod as a picture: its containers, their mounts, and the volumes between them, each with what it is
 * kept in, who shares it and what to change.
 */
export function pictureOf(subject: PictureSubject): Picture {
  return new PictureMaking(subject).picture();
}
