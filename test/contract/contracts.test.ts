import { describe, test } from '@jest/globals';
import { JsonManifestReader } from '../../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { YamlResourceListReader } from '../../src/adapters/yaml/yaml-resource-list-reader.ts';
import { combinedLayout } from '../../src/domain/layouts/combined-layout.ts';
import { dockerLayout } from '../../src/domain/layouts/docker-layout.ts';
import { podmanLayout } from '../../src/domain/layouts/podman-layout.ts';
import { kubeletLayout } from '../../src/domain.ts';
import {
  manifestReaderContract,
  runtimeReleaseContract,
  specStoreContract,
  volumeLayoutContract,
  volumeLookupContract,
} from '../../src/testing/index.ts';
import {
  checkpointImagesOn,
  hostPlace,
  inputFinderOn,
  jsonFileStoreOn,
  lookupOn,
  manifestFilesOn,
  memoryPlace,
  memoryStore,
  mountedNode,
  podFilesOn,
  runscOnHost,
  sourceLookupOn,
  specPositionsInBytes,
  specPositionsOn,
  thisNode,
} from '../support/subjects.ts';
import { checkpointImagesContract } from './checkpoint-images-contract.ts';
import { inputFinderContract } from './input-finder-contract.ts';
import { manifestFilesContract } from './manifest-files-contract.ts';
import { nodeFilesContract } from './node-files-contract.ts';
import { podFilesContract } from './pod-files-contract.ts';
import { resourceListReaderContract } from './resource-list-reader-contract.ts';
import { sourceLookupContract } from './source-lookup-contract.ts';
import { specPositionsContract } from './spec-positions-contract.ts';

const runner = { test };

describe('ReaddirVolumeLookup on real directories', () => volumeLookupContract(runner, lookupOn(hostPlace)));
describe('ReaddirVolumeLookup on memfs', () => volumeLookupContract(runner, lookupOn(memoryPlace)));

describe('CheckpointImageFiles on real files', () =>
  checkpointImagesContract(runner, checkpointImagesOn(hostPlace)));
describe('CheckpointImageFiles on memfs', () =>
  checkpointImagesContract(runner, checkpointImagesOn(memoryPlace)));

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

describe('JsonManifestReader', () =>
  manifestReaderContract(runner, () => new JsonManifestReader(new YamlManifestReader())));
describe('YamlManifestReader', () => manifestReaderContract(runner, () => new YamlManifestReader()));
describe('YamlResourceListReader', () =>
  resourceListReaderContract(runner, () => new YamlResourceListReader()));

describe('ManifestFileStore on real files', () => manifestFilesContract(runner, manifestFilesOn(hostPlace)));
describe('ManifestFileStore on memfs', () => manifestFilesContract(runner, manifestFilesOn(memoryPlace)));

describe('HostPodFiles on real files', () => podFilesContract(runner, podFilesOn(hostPlace)));
describe('HostPodFiles on memfs', () => podFilesContract(runner, podFilesOn(memoryPlace)));

describe('RootedNodeFiles of a node that is mounted', () => nodeFilesContract(runner, mountedNode));
describe('RootedNodeFiles of this machine', () => nodeFilesContract(runner, thisNode));

describe('HostSourceLookup on real directories', () =>
  sourceLookupContract(runner, sourceLookupOn(hostPlace)));
describe('HostSourceLookup on memfs', () => sourceLookupContract(runner, sourceLookupOn(memoryPlace)));

describe('JsonSpecPositions with JsonFileSpecStore', () =>
  specPositionsContract(runner, specPositionsOn(hostPlace)));
describe('JsonSpecPositions with JsonFileSpecStore on memfs', () =>
  specPositionsContract(runner, specPositionsOn(memoryPlace)));
describe('JsonSpecPositions with JsonBytesSpecStore', () =>
  specPositionsContract(runner, specPositionsInBytes));

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
    layout: combinedLayout([podmanLayout(), kubeletLayout()]),
    volumePath: (name, podUid) => `/var/lib/kubelet/pods/${podUid}/volumes/kubernetes.io~configmap/${name}`,
    emptyDirPath: (name, podUid) => `/var/lib/kubelet/pods/${podUid}/volumes/kubernetes.io~empty-dir/${name}`,
    hasPods: true,
  })));
