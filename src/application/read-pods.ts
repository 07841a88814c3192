import type { AnalyseOptions } from '../domain/explain/analysed-pod.ts';
import type { KubeletLayout } from '../domain/layouts/kubelet-layout.ts';
import { rulesOf } from '../domain/rewrite/releases.ts';
import { runscRules } from '../domain/runsc/runsc-rules.ts';
import type { StreamingManifestReader } from '../ports/manifest-reader.ts';
import type { PodFile, PodFiles } from '../ports/pod-files.ts';
import type { SpecStore } from '../ports/spec-store.ts';
import { type Bundle, BundleFinder, groupsOf } from './pod-bundles.ts';
import { type ReportBundlesPorts, reportBundles } from './report-bundles.ts';
import { type ManifestReading, type ReportManifestOptions, reportDocument } from './report-manifest.ts';

/** The error that one input ended in; the other inputs go on. */
interface FailedReading {
  readonly kind: 'error';
  readonly path: string;
  readonly error: unknown;
}

/** One pod, what else a document has, or an error. */
export type PodReading = ManifestReading | FailedReading;

/** That `done` of `total` files have been read: a moment at which the reading can be left. */
export interface ReadStep {
  readonly kind: 'step';
  readonly done: number;
  readonly total: number;
  /** How many documents, and elements of Lists in JSON, were read so far. */
  readonly objects: number;
}

/** A file that an input named, or why there is none. */
type FoundFile = PodFile | FailedReading;

/** What several inputs name is read once: its pods count once. */
function onceEach(files: readonly FoundFile[]): FoundFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** What reading pods needs of the world. */
export interface ReadPodsPorts extends ReportBundlesPorts {
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
   * found, and behind each file, each document and each pod of bundles.
   *
   * @param paths bundle directories, spec files, files of manifests, directories of all of them.
   */
  async *read(paths: readonly string[]): AsyncGenerator<PodReading | ReadStep> {
    const files = onceEach(paths.flatMap((path) => this.#find(path)));
    const total = files.length;
    let objects = 0;
    yield { kind: 'step', done: 0, total, objects };
    const bundles: Bundle[] = [];
    for (const [index, file] of files.entries()) {
      if (file.kind === 'bundle') yield* this.#load(file.path, bundles);
      else if (file.kind === 'manifest') {
        for await (const reading of this.#manifest(file.path)) {
          yield reading;
          if (reading.kind === 'survey') yield { kind: 'step', done: index, total, objects: ++objects };
        }
      } else yield { kind: 'error', path: file.path, error: file.error };
      yield { kind: 'step', done: index + 1, total, objects };
    }
    for (const group of groupsOf(bundles)) {
      yield await this.#pod(group);
      yield { kind: 'step', done: total, total, objects };
    }
  }

  #find(path: string): readonly FoundFile[] {
    try {
      return this.#ports.files.find(path);
    } catch (error) {
      return [{ kind: 'error', path, error }];
    }
  }

  async *#manifest(path: string): AsyncGenerator<ManifestReading | FailedReading> {
    const { files, manifests, layout } = this.#ports;
    const options = { ...this.#options, layout };
    const { podPaths } = options;
    try {
      for await (const document of manifests.stream(files.chunks(path), path, podPaths && { podPaths })) {
        yield* reportDocument(document, path, options);
      }
    } catch (error) {
      yield { kind: 'error', path, error };
    }
  }

  /** Puts a bundle to those that were read. */
  async *#load(path: string, bundles: Bundle[]): AsyncGenerator<PodReading> {
    try {
      bundles.push(await this.#bundles.load(path));
    } catch (error) {
      yield { kind: 'error', path, error };
    }
  }

  async #pod(group: readonly Bundle[]): Promise<PodReading> {
    try {
      const bundles = await this.#bundles.podOf(group);
      return { kind: 'pod', pod: await reportBundles(bundles, this.#ports, this.#options) };
    } catch (error) {
      return { kind: 'error', path: group[0]?.path ?? '', error };
    }
  }
}
