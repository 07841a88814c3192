import type { AnalyseOptions } from '../domain/explain/analysed-pod.ts';
import type { KubeletLayout } from '../domain/layouts/kubelet-layout.ts';
import { isMountHintsError } from '../domain/mount-hints-error.ts';
import { rulesOf } from '../domain/rewrite/releases.ts';
import { runscRules } from '../domain/runsc/runsc-rules.ts';
import type { StreamingManifestReader } from '../ports/manifest-reader.ts';
import type { PodFile, PodFiles } from '../ports/pod-files.ts';
import type { SpecStore } from '../ports/spec-store.ts';
import { nothingBelow } from './find-bundles.ts';
import { MergedSurveys } from './merged-surveys.ts';
import { NearClasses } from './near-classes.ts';
import { type Bundle, BundleFinder, groupsOf, isGone } from './pod-bundles.ts';
import { RepeatedPods } from './repeated-pods.ts';
import { type ReportBundledPodPorts, reportBundledPod } from './report-bundled-pod.ts';
import { type ManifestReading, type ReportManifestOptions, reportDocument } from './report-manifest.ts';

/** The error that one input ended in; the other inputs go on. */
interface FailedReading {
  readonly kind: 'error';
  readonly path: string;
  readonly error: unknown;
}

/** A bundle or manifest that was found, and removed before it was read. Nobody named it, so it is no error. */
interface GoneReading {
  readonly kind: 'gone';
  readonly path: string;
}

/** One pod, what else a document has, an error, or what is gone. */
export type PodReading = ManifestReading | FailedReading | GoneReading;

/** That `done` of `total` files have been read: a moment at which the reading can be left. */
export interface ReadStep {
  readonly kind: 'step';
  readonly done: number;
  readonly total: number;
  /** How many documents, and elements of Lists in JSON, were read so far. */
  readonly objects: number;
}

/** A file that an input named, or why there is none. */
type FoundFile = (PodFile | FailedReading | GoneReading) & {
  /** Whether it was found in a directory or by a pattern, and not named itself. */
  readonly isFound: boolean;
};

/** That a file could not be read, or, of one that was only found, that it is gone. */
function failed(
  { path, isFound }: Pick<FoundFile, 'path' | 'isFound'>,
  error: unknown,
): FailedReading | GoneReading {
  return isFound && isGone(error) ? { kind: 'gone', path } : { kind: 'error', path, error };
}

/** What several inputs name is read once: its pods count once. What one of them names itself is named. */
function onceEach(files: readonly FoundFile[]): FoundFile[] {
  const named = new Set(files.filter(({ isFound }) => !isFound).map(({ path }) => path));
  return [...new Map(files.map((file) => [file.path, { ...file, isFound: !named.has(file.path) }])).values()];
}

/** What reading pods needs of the world. */
export interface ReadPodsPorts extends ReportBundledPodPorts {
  readonly files: PodFiles;
  readonly specs: SpecStore;
  readonly manifests: StreamingManifestReader;
  readonly layout: KubeletLayout;
}

/** By what pods are read. */
export interface ReadPodsOptions
  extends AnalyseOptions,
    Pick<ReportManifestOptions, 'selection' | 'filter' | 'podPaths' | 'ignores' | 'heedsPods'> {
  /** The bundle whose spec has the hints; found beside each container's bundle if absent. */
  readonly sandbox?: string;
}

/** Reads pods out of bundles and manifests, and reports on each. */
export class ReadPods {
  readonly #ports: ReadPodsPorts;
  readonly #options: ReadPodsOptions;
  readonly #bundles: BundleFinder;
  readonly #repeated = new RepeatedPods();

  /** @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RELEASE_NOT_MODELLED */
  constructor(ports: ReadPodsPorts, options: ReadPodsOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#bundles = new BundleFinder(ports.files, ports.specs, options.sandbox);
    rulesOf(options.release);
    runscRules(options.release);
  }

  /**
   * The pods of these inputs: those of manifests one after the other as they are read, those of bundles
   * together at the end. An input that is bad gives an error in its place. There is a step when all files are
   * found, and behind each file, each document with pods, some documents without, and each pod of bundles.
   *
   * What was found and is gone when it is read is left out, and said: engines remove bundles at any time.
   *
   * @param inputs bundle directories, spec files, files of manifests, directories of all of them. A list is what one
   *   argument names: a directory without any of these is passed over where another path of the list has some.
   * @param matched those paths that nobody named, as a pattern matched them.
   */
  async *read(
    inputs: readonly (string | readonly string[])[],
    matched: ReadonlySet<string> = new Set(),
  ): AsyncGenerator<PodReading | ReadStep> {
    const files = onceEach(inputs.flatMap((input) => this.#filesOf([input].flat(), matched)));
    const total = files.length;
    /** How many documents were read. */
    const count = { objects: 0 };
    yield { kind: 'step', done: 0, total, ...count };
    const bundles: Bundle[] = [];
    const found = new Set(files.filter(({ isFound }) => isFound).map(({ path }) => path));
    for (const [index, file] of files.entries()) {
      if (file.kind === 'bundle') yield* this.#load(file, bundles);
      else if (file.kind === 'manifest') {
        for await (const reading of this.#manifest(file, count)) {
          yield reading;
          if (reading.kind === 'survey') yield { kind: 'step', done: index, total, ...count };
        }
      } else if (file.kind === 'gone') yield { kind: 'gone', path: file.path };
      else yield { kind: 'error', path: file.path, error: file.error };
      yield { kind: 'step', done: index + 1, total, ...count };
    }
    for (const group of groupsOf(bundles)) {
      yield* this.#pod(group, found);
      yield { kind: 'step', done: total, total, ...count };
    }
  }

  #filesOf(paths: readonly string[], matched: ReadonlySet<string>): readonly FoundFile[] {
    const found = paths.flatMap((path) => this.#find(path, matched.has(path)));
    const [path] = paths;
    if (found.length > 0 || path === undefined) return found;
    return [{ kind: 'error', path, error: nothingBelow(path, 'a bundle or a manifest'), isFound: false }];
  }

  #find(path: string, isMatched: boolean): readonly FoundFile[] {
    try {
      const files = this.#ports.files.find(path);
      return files.map((file) => ({ ...file, isFound: isMatched || file.path !== path }));
    } catch (error) {
      return [{ ...failed({ path, isFound: isMatched }, error), isFound: isMatched }];
    }
  }

  async *#manifest(
    file: FoundFile,
    count: { objects: number },
  ): AsyncGenerator<ManifestReading | FailedReading | GoneReading> {
    const { path } = file;
    const { files, manifests, layout } = this.#ports;
    const options = { ...this.#options, layout };
    const { podPaths } = options;
    const surveys = new MergedSurveys();
    const near = new NearClasses();
    try {
      for await (const document of manifests.stream(files.chunks(path), path, {
        ...(podPaths && { podPaths }),
        toAnnotate: false,
      })) {
        count.objects++;
        let pods = 0;
        for (const reading of reportDocument(document, path, options, this.#repeated, near)) {
          if (reading.kind === 'pod') pods++;
          const told = reading.kind === 'pod' ? reading : surveys.add(reading, pods > 0);
          if (told !== undefined) yield told;
        }
      }
    } catch (error) {
      yield failed(file, error);
    }
    const rest = surveys.rest();
    if (rest !== undefined) yield rest;
  }

  /** Puts a bundle to those that were read. */
  async *#load(file: FoundFile, bundles: Bundle[]): AsyncGenerator<PodReading> {
    try {
      bundles.push(await this.#bundles.load(file.path));
    } catch (error) {
      yield failed(file, error);
    }
  }

  /** @param found the bundles that nobody named. */
  async *#pod(group: readonly Bundle[], found: ReadonlySet<string>): AsyncGenerator<PodReading> {
    try {
      const bundles = await this.#bundles.podOf(group);
      for (const path of bundles.gone) yield { kind: 'gone', path };
      yield { kind: 'pod', pod: await reportBundledPod(bundles, this.#ports, this.#options) };
    } catch (error) {
      if (await this.#isRemoved(group, found, error)) {
        for (const { path } of group) yield { kind: 'gone', path };
      } else yield { kind: 'error', path: group[0]?.path ?? '', error };
    }
  }

  /** Whether a pod lacks its sandbox because all of it was removed, after the bundles of its containers were read. */
  async #isRemoved(group: readonly Bundle[], found: ReadonlySet<string>, error: unknown): Promise<boolean> {
    if (!isMountHintsError(error) || error.code !== 'MH_SANDBOX_NOT_FOUND') return false;
    for (const { path } of group) {
      if (!found.has(path)) return false;
      const isThere = await this.#bundles.load(path).then(
        () => true,
        (reason: unknown) => !isGone(reason),
      );
      if (isThere) return false;
    }
    return true;
  }
}
