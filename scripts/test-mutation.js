/**
 * The mutation score of an area of the domain: `npm run test:mutation -- AREA [FILE…]`, FILE one of the area's files or
 * `FILE:FIRST-LAST`, its lines. Which mutants survived is in reports/mutation/AREA.html.
 */
import { Stryker } from '@stryker-mutator/core';
import fastGlob from 'fast-glob';
import { root } from './bundle-settings.js';

/** What the library's functions refuse. */
const ARGUMENTS = 'test/unit/api/{argument-names,unknown-options}.test.ts';

/** What each area is, and the suites that hold it: fast ones, without processes. */
const AREAS = {
  rewrite: {
    files: [
      'src/domain/rewrite/*.ts',
      'src/domain/spec/*.ts',
      'src/domain/layouts/*.ts',
      'src/application/{choose-release,decide-with-lookup,mount-hints}.ts',
    ],
    suites: [
      'test/unit/domain/{annotation-keys,container,identity,is-spec-text,kubelet-layout,near-misses,notes}.test.ts',
      'test/unit/domain/{releases,rewritten-twice,sandbox,spec-and-edits,sub-paths}.test.ts',
      'test/unit/{mount-hints,pod-cgroup,standalone}.test.ts',
      'test/unit/domain/{decide-pod,explain-*,explained-volumes,kubelet-volume-of,pod-name,podman-pod,runsc-version,sandbox-outcomes}.test.ts',
      'test/unit/application/{broken-ports,choose-release,mount-hints,read-pods}.test.ts',
      'test/unit/runsc/place-mounts.test.ts',
      'test/unit/cli/{update-command,update-together}.test.ts',
      'test/unit/restore/{rewrite-for-restore,update-for-restore}.test.ts',
      ARGUMENTS,
    ],
  },
  explain: {
    files: ['src/domain/explain/*.ts'],
    suites: [
      'test/unit/domain/{explain-*,explained-volumes,volumes-as-kubelet-has-them}.test.ts',
      'test/unit/{application/read-pods,check/explain-docs,picture/picture}.test.ts',
      'test/integration/explain-check.test.ts',
      'test/vectors/runsc-observations.test.ts',
      ARGUMENTS,
    ],
  },
  runsc: {
    files: ['src/domain/runsc/*.ts'],
    suites: [
      'test/unit/runsc/*.test.ts',
      'test/unit/domain/explain-*.test.ts',
      'test/unit/check/diagnostics.test.ts',
      'test/integration/explain-check.test.ts',
      'test/vectors/runsc-observations.test.ts',
      ARGUMENTS,
    ],
  },
  check: {
    files: ['src/domain/check/*.ts'],
    suites: [
      'test/unit/check/{diagnostics,one-mistake,ignores,expected-findings,explain-docs}.test.ts',
      'test/unit/{application/read-pods,domain/volumes-as-kubelet-has-them}.test.ts',
      ARGUMENTS,
    ],
  },
  hints: {
    files: ['src/domain/hints/*.ts'],
    suites: [
      'test/unit/domain/{explain-specs,hints-for-pod,pod-filter,pod-owner,quantity,workloads}.test.ts',
      'test/vectors/{custom-kinds,hints,pods}.test.ts',
      'test/unit/krm/run-function.test.ts',
      'test/unit/cli/{annotate-command,choices,library-messages,manifest-selection,nothing-ignored}.test.ts',
      'test/unit/{adapters/json-manifest/pod-bounds,policy/label-selector}.test.ts',
      ARGUMENTS,
    ],
  },
  doctor: {
    files: ['src/domain/doctor/*.ts'],
    suites: [
      'test/unit/doctor/{advice,doctor,doctor-command,go-path-match,oci-engines,rooted-node-files}.test.ts',
      'test/unit/doctor/{shim-config,toml-text,wrapper-settings}.test.ts',
    ],
  },
};

const [area, ...only] = process.argv.slice(2);
if (!Object.hasOwn(AREAS, area)) {
  console.error(`name an area: npm run test:mutation -- ${Object.keys(AREAS).join('|')}`);
  process.exit(2);
}
const { files, suites } = AREAS[area];
process.chdir(root);
await new Stryker({
  testRunner: 'one-bundle',
  plugins: [new URL('../test/mutation/test-runner.js', import.meta.url).pathname],
  suites: await fastGlob(suites),
  mutate: only.length > 0 ? only : files,
  coverageAnalysis: 'perTest',
  // Generous, since a timeout counts as noticed; endless loops are mostly ended by Stryker's count of hits.
  timeoutMS: 10_000,
  timeoutFactor: 3,
  concurrency: 2,
  reporters: ['clear-text', 'progress', 'html', 'json'],
  htmlReporter: { fileName: `reports/mutation/${area}.html` },
  jsonReporter: { fileName: `reports/mutation/${area}.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  thresholds: { high: 95, low: 85, break: 85 },
  tempDirName: '.stryker-tmp',
}).runMutationTest();
