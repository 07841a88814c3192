import { describe, test } from '@jest/globals';
import { dockerLayout } from '../../src/adapters/docker-layout/docker-layout.ts';
import { podmanLayout } from '../../src/adapters/podman-layout/podman-layout.ts';
import { anyLayout } from '../../src/domain/any-layout.ts';
import { kubeletLayout } from '../../src/index.ts';
import {
  inputFinderContract,
  runtimeReleaseContract,
  specStoreContract,
  volumeLayoutContract,
  volumeLookupContract,
} from '../../src/testing/index.ts';
import {
  hostPlace,
  inputFinderOn,
  jsonFileStoreOn,
  lookupOn,
  memoryPlace,
  memoryStore,
  runscOnHost,
} from '../support/subjects.ts';

const runner = { test };

describe('ReaddirVolumeLookup on real directories', () => volumeLookupContract(runner, lookupOn(hostPlace)));
describe('ReaddirVolumeLookup on memfs', () => volumeLookupContract(runner, lookupOn(memoryPlace)));

describe('JsonFileSpecStore on real files, compact', () =>
  specStoreContract(runner, jsonFileStoreOn(hostPlace)));
describe('JsonFileSpecStore on real files, indented with tabs', () =>
  specStoreContract(runner, jsonFileStoreOn(hostPlace, '\t')));
describe('JsonFileSpecStore on memfs', () => specStoreContract(runner, jsonFileStoreOn(memoryPlace, 2)));
describe('MemorySpecStore', () => specStoreContract(runner, memoryStore));

describe('FastGlobInputFinder on real directories', () =>
  inputFinderContract(runner, inputFinderOn(hostPlace)));
describe('FastGlobInputFinder on memfs', () => inputFinderContract(runner, inputFinderOn(memoryPlace)));

describe('RunscRelease', () => runtimeReleaseContract(runner, runscOnHost));

describe("kubelet's layout", () =>
  volumeLayoutContract(runner, () => ({
    layout: kubeletLayout('/k/'),
    volumePath: (name, podUid) => `/k/pods/${podUid}/volumes/kubernetes.io~configmap/${name}`,
    emptyDirPath: (name, podUid) => `/k/pods/${podUid}/volumes/kubernetes.io~empty-dir/${name}`,
    hasPods: true,
  })));

describe("Podman's layout", () =>
  volumeLayoutContract(runner, () => ({
    layout: podmanLayout(),
    volumePath: (name) => `/var/lib/containers/storage/volumes/${name}/_data`,
    hasPods: false,
  })));

describe("Docker's layout", () =>
  volumeLayoutContract(runner, () => ({
    layout: dockerLayout('/srv/docker/volumes'),
    volumePath: (name) => `/srv/docker/volumes/${name}/_data`,
    hasPods: false,
  })));

describe('several layouts as one', () =>
  volumeLayoutContract(runner, () => ({
    layout: anyLayout([podmanLayout(), kubeletLayout()]),
    volumePath: (name, podUid) => `/var/lib/kubelet/pods/${podUid}/volumes/kubernetes.io~configmap/${name}`,
    emptyDirPath: (name, podUid) => `/var/lib/kubelet/pods/${podUid}/volumes/kubernetes.io~empty-dir/${name}`,
    hasPods: true,
  })));
