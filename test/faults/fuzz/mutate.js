const DICTIONARY = [
  '"annotations"',
  '"mounts"',
  '"Mounts"',
  '"type"',
  '"options"',
  '"source":"/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/a"',
  '"dev.gvisor.spec.mount.a.type":"tmpfs"',
  '"dev.gvisor.spec.mount.a.b.type":"bind"',
  '"dev.gvisor.empty-dir.a.force-shared":"true"',
  '"io.kubernetes.cri.container-type":"container"',
  '"io.kubernetes.cri.sandbox-uid":"u"',
  '"/dev/shm"',
  '{"destination":"/dev/shm","type":"tmpfs"}',
  'null',
  '{}',
  '[]',
  ',',
  ':',
  '\\u0061',
  '\\"',
  '1E400',
  '\u00fc',
  ' \n\t',
  '[[[[[[[[',
];

function tokens(text) {
  return text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|\s+|[^\s{}[\]:,"]+|"/gs) ?? [];
}

function onTokens(input, change) {
  const parts = tokens(input.toString('latin1', 1));
  change(parts);
  return Buffer.concat([input.subarray(0, 1), Buffer.from(parts.join(''), 'latin1')]);
}

function cut(input, from, length, put) {
  return Buffer.concat([input.subarray(0, from), put, input.subarray(from + length)]);
}

const MUTATORS = [
  (input, at, random) => cut(input, at, 1, Buffer.from([Math.floor(random() * 256)])),
  (input, at, random) => cut(input, at, Math.floor(random() * 8), Buffer.alloc(0)),
  (input, at, random) => cut(input, at, 0, input.subarray(at, at + Math.floor(random() * 64))),
  (input, at, random) => cut(input, at, 0, Buffer.from(DICTIONARY[Math.floor(random() * DICTIONARY.length)])),
  (input, at, random, other) =>
    Buffer.concat([input.subarray(0, at), other.subarray(Math.floor(random() * other.length))]),
  (input, _, random) =>
    onTokens(input, (parts) => {
      const token = parts[Math.floor(random() * parts.length)];
      if (token !== undefined) parts.splice(Math.floor(random() * parts.length), 1, token);
    }),
  (input, _, random) =>
    onTokens(input, (parts) => {
      const from = Math.floor(random() * parts.length);
      const some = parts.slice(from, from + Math.ceil(random() * 12));
      parts.splice(Math.floor(random() * parts.length), 0, ...some);
    }),
  (input, _, random) =>
    onTokens(input, (parts) => {
      const at = Math.floor(random() * parts.length);
      parts.splice(at, 1, DICTIONARY[Math.floor(random() * DICTIONARY.length)] ?? '');
    }),
  (input, _, random) => Buffer.concat([Buffer.from([Math.floor(random() * 9)]), input.subarray(1)]),
];

/** The input changed in one to four ways, partly with pieces of another one. */
export function mutate(input, other, random) {
  let changed = input;
  for (let times = Math.ceil(random() * 4); times > 0; times--) {
    const mutator = MUTATORS[Math.floor(random() * MUTATORS.length)];
    changed = mutator(changed, Math.floor(random() * (changed.length + 1)), random, other);
  }
  return changed;
}
