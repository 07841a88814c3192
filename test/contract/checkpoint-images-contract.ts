import type { CheckpointImages } from '../../src/ports/checkpoint-images.ts';
import { expectCode, expectEqual, freshTests, type TestRunner } from '../../src/testing/suite.ts';

/** Images, and one whose state file has the bytes that it was made of. */
interface CheckpointImagesSubject {
  readonly images: CheckpointImages;
  /** The image directory. */
  readonly image: string;
  /** Its state file. */
  readonly stateFile: string;
  /** A directory that is no image. */
  readonly otherDirectory: string;
  /** Takes it all away. */
  dispose(): Promise<void>;
}

/** Makes an image whose `checkpoint.img` has these bytes. */
export type CreateCheckpointImages = (bytes: Uint8Array) => Promise<CheckpointImagesSubject>;

const SPECS = {
  __no_name_0: { ociVersion: '1.0.2', annotations: { 'dev.gvisor.spec.mount.a.type': 'tmpfs' }, mounts: [] },
  'c\u00e4': { ociVersion: '1.0.2', mounts: [{ destination: '/a', type: 'tmpfs' }] },
};
const METADATA = {
  container_count: '2',
  container_specs: JSON.stringify(SPECS),
  runsc_version: 'release-20260907.0',
};

/** A state file: the head, the length, the metadata, and a compressed state. */
function stateFile(metadata: string, length?: bigint): Uint8Array {
  const encoder = new TextEncoder();
  const text = encoder.encode(metadata);
  const bytes = new Uint8Array(16 + text.length + 4);
  bytes.set(encoder.encode('gVisorSF'));
  new DataView(bytes.buffer).setBigUint64(8, length ?? BigInt(text.length));
  bytes.set(text, 16);
  bytes.set([0x78, 0x01, 0xff, 0x00], 16 + text.length);
  return bytes;
}

const SOUND = stateFile(JSON.stringify(METADATA));

const BROKEN: readonly [string, Uint8Array][] = [
  ['that ends in its head', SOUND.subarray(0, 12)],
  ['that ends in its metadata', SOUND.subarray(0, 40)],
  ['whose metadata are too long', stateFile('{}', 2n ** 63n)],
  ['whose metadata are no JSON', stateFile('{')],
  ['without specs', stateFile('{}')],
  ['whose specs are none', stateFile(JSON.stringify({ container_specs: '{"a":[]}' }))],
  [
    'whose containers are not as many as it counts',
    stateFile(JSON.stringify({ ...METADATA, container_count: '1' })),
  ],
];

/** The contract of {@link CheckpointImages}: run it against any adapter. */
export function checkpointImagesContract(runner: TestRunner, create: CreateCheckpointImages): void {
  const withImage = freshTests('CheckpointImages', runner, create);

  for (const place of ['image', 'stateFile'] as const) {
    withImage(`reads the specs and the version, given the ${place}`, SOUND, (subject) => {
      const found = subject.images.read(subject[place]);
      expectEqual('specs', Object.fromEntries(found?.specs ?? []), SPECS);
      expectEqual('runscVersion', found?.runscVersion, METADATA.runsc_version);
    });
  }
  withImage('takes what does not begin as an image for something else', new Uint8Array(64), (subject) => {
    expectEqual('state file', subject.images.read(subject.image), undefined);
    expectEqual('directory', subject.images.read(subject.otherDirectory), undefined);
  });
  for (const [name, bytes] of BROKEN) {
    withImage(`refuses one ${name}`, bytes, ({ images, image }) =>
      expectCode('read', 'MH_CHECKPOINT_INVALID', async () => images.read(image)),
    );
  }
  withImage('says that nothing is there', SOUND, ({ images, image }) =>
    expectCode('read', 'MH_INPUT_NOT_FOUND', async () => images.read(`${image}-which-is-not-there`)),
  );
}
