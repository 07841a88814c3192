import { describe, expect, test } from '@jest/globals';
import { IdentityPolicy } from '../../../src/domain/rewrite/identity-policy.ts';
import { annotation, explicitPodUid, hasCriAnnotations, roleOf } from '../../../src/domain/spec/identity.ts';

const CONTAINERD = 'io.kubernetes.cri.container-type';
const CRIO = 'io.kubernetes.cri-o.ContainerType';
const LOGS = 'io.kubernetes.cri.sandbox-log-directory';
const UID = 'io.kubernetes.cri.sandbox-uid';
const CRIO_UID = 'io.kubernetes.pod.uid';

const LOGS_FIRST = new IdentityPolicy({
  uidOnlyForHints: true,
  emptyUidDemotes: false,
  uidAnnotationFirst: false,
});
const UID_FIRST = LOGS_FIRST.with({ uidAnnotationFirst: true });

describe('the role', () => {
  test.each([
    [{}, 'sandbox'],
    [{ [CONTAINERD]: 'sandbox' }, 'sandbox'],
    [{ [CONTAINERD]: 'container' }, 'container'],
    [{ [CONTAINERD]: 'Sandbox' }, 'container'],
    [{ [CONTAINERD]: ' sandbox' }, 'container'],
    [{ [CONTAINERD]: '' }, 'container'],
    [{ [CRIO]: 'container' }, 'container'],
    [{ [CRIO]: 'sandbox' }, 'sandbox'],
    [{ [CRIO]: 'pod' }, 'sandbox'],
    [{ [CONTAINERD]: 'sandbox', [CRIO]: 'container' }, 'sandbox'],
    [{ [CONTAINERD]: 'container', [CRIO]: 'sandbox' }, 'container'],
    [{ [CONTAINERD]: '', [CRIO]: 'sandbox' }, 'sandbox'],
    [{ [CONTAINERD]: 'x', [CRIO]: 'y' }, 'container'],
  ])('of %j is %s', (annotations, role) => {
    expect(roleOf(annotations)).toBe(role);
  });
});

describe('the pod UID', () => {
  test.each([
    ['/var/log/pods/ns_pod_uid', 'uid'],
    ['/var/log/pods/ns_pod_uid///', 'uid'],
    ['/var/log/pods/uid', 'uid'],
    ['uid', 'uid'],
    ['a_b_uid', 'uid'],
    ['a_b_', ''],
    ['/', '/'],
    ['///', '/'],
    ['/var/log/pods/a_b', undefined],
    ['/var/log/pods/a_b_c_d', undefined],
    ['x_y/uid', 'uid'],
    ['', undefined],
  ])('of log directory %j is %j', (path, uid) => {
    expect(LOGS_FIRST.podUidOf({ [LOGS]: path })).toBe(uid);
    expect(UID_FIRST.podUidOf({ [LOGS]: path })).toBe(uid);
  });

  test.each([
    [{}, undefined, undefined],
    [{ [UID]: 'u' }, 'u', 'u'],
    [{ [CRIO_UID]: 'c' }, 'c', 'c'],
    [{ [UID]: 'u', [CRIO_UID]: 'c' }, 'u', 'u'],
    [{ [UID]: '', [CRIO_UID]: 'c' }, 'c', 'c'],
    [{ [UID]: '', [CRIO_UID]: '' }, undefined, undefined],
    [{ [LOGS]: 'l', [UID]: 'u' }, 'l', 'u'],
    [{ [LOGS]: 'l', [UID]: '' }, 'l', 'l'],
    [{ [LOGS]: 'l', [CRIO_UID]: 'c' }, 'l', 'l'],
    [{ [LOGS]: 'a_b', [UID]: 'u' }, 'u', 'u'],
    [{ [LOGS]: '', [CRIO_UID]: 'c' }, 'c', 'c'],
    [{ [LOGS]: 'a_b_', [UID]: 'u' }, 'u', 'u'],
    [{ [LOGS]: 'a_b_', [CRIO_UID]: 'c' }, 'c', 'c'],
    [{ [LOGS]: 'a_b_', [UID]: '' }, '', ''],
  ])('of %j is %j, from 20260914 on %j', (annotations, before, after) => {
    expect(LOGS_FIRST.podUidOf(annotations)).toBe(before);
    expect(UID_FIRST.podUidOf(annotations)).toBe(after);
  });

  test('that is explicit never comes from the log directory', () => {
    expect(explicitPodUid({ [LOGS]: 'l' })).toBeUndefined();
    expect(explicitPodUid({ [LOGS]: 'l', [CRIO_UID]: 'c' })).toBe('c');
    expect(explicitPodUid({ [UID]: 'u', [CRIO_UID]: 'c' })).toBe('u');
    expect(explicitPodUid({ [UID]: '', [CRIO_UID]: '' })).toBeUndefined();
  });
});

test('an annotation is an own one', () => {
  expect(annotation({}, 'toString')).toBeUndefined();
  expect(annotation({}, '__proto__')).toBeUndefined();
  expect(annotation(JSON.parse('{"__proto__":"a"}'), '__proto__')).toBe('a');
  expect(annotation({ a: '' }, 'a')).toBe('');
});

describe('a container engine that knows pods', () => {
  test.each([
    CONTAINERD,
    'io.kubernetes.cri.sandbox-id',
    UID,
    LOGS,
    CRIO,
    'io.kubernetes.cri-o.SandboxID',
    CRIO_UID,
  ])('shows by %s', (key) => {
    expect(hasCriAnnotations({ [key]: '' })).toBe(true);
  });

  test('shows by nothing else', () => {
    expect(hasCriAnnotations({})).toBe(false);
    expect(hasCriAnnotations({ 'dev.gvisor.spec.mount.a.type': 'bind', 'io.kubernetes.cri.x': 'y' })).toBe(
      false,
    );
  });
});
