import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';

interface PublicNames {
  readonly values: readonly string[];
  readonly types: readonly string[];
  readonly met: readonly string[];
  readonly open: readonly string[];
}

const words = (text: string) => text.trim().split(/\s+/);

/** All that users can name. A new name is a promise: add it here, to docs/library.md and to the changelog. */
const ENTRIES = {
  'src/domain.ts': {
    values: words(`
      DIAGNOSTICS ERROR_CODES MountHintsError NO_FACTS
      applyEdits check compareForRestore comparePodForRestore configuredFlags
      describeChain describeDecision describeFailure describeNote describeRestoreDifference
      explain hintsForPod holdsNoData isDoubtful isMountHintsError kubeletLayout readSpec
      requiredFacts requiredFactsForRestore rewrite rewriteForRestore toJsonPatch
    `),
    types: words(`
      AnyMountHintsError Checkpoint ContainerProblem Diagnostic Edit ErrorCode ErrorDetails Explanation
      FactRequest Facts Finding HintDecision HintsOptions JsonPatchOperation KubeletLayout MemberSpec
      MountFailure Note OciSpec Pod PodComparison PodDocuments PodHints PodOptions Release
      RestoreComparison RestoreDifference RestoreOptions RewriteOptions RunscFlags SandboxProblem
      ServedMount VolumeAt VolumeLayout Why
    `),
  },
  'src/index.ts': {
    values: words(`
      MountHintsError TOKENS admit applyEdits check createContainer createMountHints describeNote
      explain hintsForPod inspectBundles isMountHintsError requiredFacts rewrite
    `),
    types: words(`
      AdmissionAnswer AdmitOptions AnyMountHintsError Edit ErrorCode Explanation FactRequest Facts FileSystem
      Finding HintsOptions InspectBundlesOptions LoadedSpec MountHints MountHintsOptions Note OciSpec Pod
      PodDocuments PodHints PodOptions PodReport Release RewriteOptions RewrittenBundle RewrittenSpec
      RuntimeRelease SpecStore VolumeDirectories VolumeLayout VolumeLookup
    `),
  },
  'src/manifests.ts': {
    values: words('JsonManifestReader YamlManifestReader annotateManifest inspectManifest'),
    types: words(`
      AnnotateOptions AnnotatedManifest AnnotatedPod InspectManifestOptions KeyPath ManifestDocument ManifestPod
      ManifestReadOptions ManifestReader PodAnnotations PodReport SourcePosition StreamingManifestReader TextSplice
    `),
  },
  'src/testing/index.ts': {
    values: words(`
      ContractError createMemoryFileSystem manifestReaderContract runtimeReleaseContract specStoreContract volumeLayoutContract
      volumeLookupContract withKnownDeviations
    `),
    types: words(`
      CreateLookup CreateRuntimeRelease CreateSpecStore FileStatus FileSystemStatus Installation KnownDeviations LookupEntry LookupSubject
      MemoryContent MemoryFileSystem MemoryVolume
      RuntimeReleaseSubject SpecStoreSubject TestRunner VolumeLayoutSubject
    `),
  },
} as const;

const PROGRAM = new URL('../../support/public-names.js', import.meta.url).pathname;

let entries: Readonly<Record<string, PublicNames>>;
beforeAll(() => {
  entries = JSON.parse(execFileSync(process.execPath, [PROGRAM], { encoding: 'utf8' }));
});

describe('the public names', () => {
  test.each(Object.entries(ENTRIES))('of %s', (entry, { values, types }) => {
    expect(entries[entry]?.values).toEqual([...values].sort());
    expect(entries[entry]?.types).toEqual([...types].sort());
  });

  test('are of all entries', () => {
    expect(Object.keys(entries).sort()).toEqual(Object.keys(ENTRIES).sort());
  });

  test('let users name what they pass in and get back', () => {
    const names = new Set(Object.values(entries).flatMap(({ values, types }) => [...values, ...types]));
    const met = Object.values(entries).flatMap((entry) => entry.met);
    expect(met).toContain('Facts in rewrite');
    const nameless = met.filter((each) => !names.has(each.slice(0, each.indexOf(' in '))));
    expect(nameless).toEqual(["inversify's Container in createContainer"]);
  });

  test('of the main entry are enough for its own signatures', () => {
    const { values, types, met } = entries['src/index.ts'] as PublicNames;
    const names = new Set([...values, ...types]);
    expect(met.filter((each) => !names.has(each.slice(0, each.indexOf(' in '))))).toEqual([
      'FileStatus in FileSystem', // only who writes a file system names the parts of it
      'FileSystemStatus in FileSystem',
      'MemberSpec in requiredFacts', // made by readSpec of gvisor-mount-hints/domain
      'MemberSpec in rewrite',
      'VolumeAt in VolumeLayout', // only who writes a layout names it
      "inversify's Container in createContainer",
    ]);
  });

  test('have the unions that grow described as open', () => {
    expect(entries['src/domain.ts']?.open).toEqual(
      words(`
        ContainerProblem Edit ErrorCode FactRequest HintDecision MountFailure Note RestoreDifference SandboxProblem Why
      `),
    );
  });
});
