/** The suites that hold the rewrite, as one: each mutant costs one load of the modules instead of one a suite. */
import '../unit/application/choose-release.test.ts';
import '../unit/application/mount-hints.test.ts';
import '../unit/domain/annotation-keys.test.ts';
import '../unit/domain/container.test.ts';
import '../unit/domain/identity.test.ts';
import '../unit/domain/near-misses.test.ts';
import '../unit/domain/notes.test.ts';
import '../unit/domain/releases.test.ts';
import '../unit/domain/sandbox.test.ts';
import '../unit/domain/spec-and-edits.test.ts';
import '../unit/domain/kubelet-layout.test.ts';
import '../unit/mount-hints.test.ts';
import '../unit/pod-cgroup.test.ts';
import '../unit/standalone.test.ts';
