import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { startWebhook } from '../../docs/examples/webhook/server.ts';
import type { Pod } from '../../src/index.ts';
import { describeIf } from '../support/describe-if.ts';
import { apply, type Manifest, runtimeClass } from './support/apply.ts';
import { examplePods, generatedPods, vectorPods } from './support/cluster-pods.ts';
import { compare, create } from './support/compare.ts';
import { ControlPlane } from './support/control-plane.ts';
import { findControlPlane, VERSIONS } from './support/find-control-plane.ts';

const [version] = VERSIONS;
const programs = await findControlPlane(version);
if ('unavailable' in programs) process.stderr.write(`skipped: ${programs.unavailable}\n`);

const manifests = parseAllDocuments(
  readFileSync(new URL('../../docs/examples/webhook/webhook.yaml', import.meta.url), 'utf8'),
).map((document) => document.toJS() as Manifest);

interface Hook {
  clientConfig: object;
  readonly failurePolicy: string;
  readonly timeoutSeconds: number;
}

/** The example's configuration, with the address of a server on loopback in place of the service's. */
function configurationFor(port: number, ca: string): Manifest {
  const example = manifests.find(({ kind }) => kind === 'MutatingWebhookConfiguration') as Manifest;
  const [hook] = example.webhooks as Hook[];
  const clientConfig = { url: `https://127.0.0.1:${port}/`, caBundle: Buffer.from(ca).toString('base64') };
  return { ...example, webhooks: [{ ...hook, clientConfig }] };
}

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: {
    runtimeClassName: 'gvisor',
    volumes: [{ name: 'cache', emptyDir: {} }],
    containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'cache', mountPath: '/c' }] } as never],
  },
};
const TYPE = 'dev.gvisor.spec.mount.cache.type';

describeIf(!('unavailable' in programs))('the example of an admission server', () => {
  let plane: ControlPlane;
  let webhook: Awaited<ReturnType<typeof startWebhook>>;
  let directory: string;
  let port: number;

  /** Puts a certificate where kubelet would: in a new directory, by the swap of one link. */
  function mountCertificate(name: string): void {
    const { cert, key } = plane.certificates.sign(name, `/CN=${name}`);
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'tls.crt'), cert);
    writeFileSync(join(directory, name, 'tls.key'), key);
    symlinkSync(name, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  }

  async function start(): Promise<void> {
    webhook = await startWebhook(directory, port, { remember: true });
    port = (webhook.server.address() as { port: number }).port;
  }

  beforeAll(async () => {
    // What the server says of bad bodies and certificates is expected here.
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    if ('unavailable' in programs) return;
    plane = await ControlPlane.start(programs);
    directory = join(plane.directory, 'certs');
    mkdirSync(directory);
    mountCertificate('first');
    for (const file of ['tls.crt', 'tls.key']) symlinkSync(`..data/${file}`, join(directory, file));
    port = 0;
    await start();
    await apply(plane.client, runtimeClass('gvisor', 'runsc'));
    await apply(plane.client, configurationFor(port, plane.certificates.read('ca.crt')));
    await sleep(1500);
  }, 120_000);
  afterAll(async () => {
    await webhook?.stop();
    await plane?.stop();
  });

  test('has manifests that the API server takes', async () => {
    for (const manifest of manifests.filter(({ kind }) => kind !== 'MutatingWebhookConfiguration')) {
      await apply(plane.client, manifest);
    }
    const example = manifests.find(({ kind }) => kind === 'MutatingWebhookConfiguration') as Manifest;
    const [hook] = example.webhooks as Hook[];
    expect(hook).toMatchObject({ failurePolicy: 'Ignore', timeoutSeconds: 3 });
    const deployment = manifests.find(({ kind }) => kind === 'Deployment') as Manifest;
    const template = (deployment.spec as { template: { metadata: object; spec: object } }).template;
    // The namespace enforces restricted pod security: its admission would refuse a template that does not keep to it.
    const created = await plane.client.send('POST', '/api/v1/namespaces/mount-hints/pods?dryRun=All', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: template.spec,
    });
    expect([created.status, created.body.message]).toEqual([201, undefined]);
  });

  test('gives the annotations of hintsForPod', async () => {
    const pods = [...vectorPods(), ...examplePods(), ...generatedPods(300, true)];
    const { compared, invalid, differences } = await compare(plane.client, pods, {});
    process.stdout.write(`webhook: ${compared} pods, ${differences.length} differences\n`);
    expect([...new Set(invalid)]).toEqual([]);
    expect(differences).toEqual([]);
  });

  test('leaves updates and ephemeral containers alone', async () => {
    const path = '/api/v1/namespaces/default/pods';
    expect((await plane.client.send('POST', path, pod)).body.metadata.annotations[TYPE]).toBe('bind');
    const merge = 'application/strategic-merge-patch+json';
    const labels = await plane.client.send(
      'PATCH',
      `${path}/web`,
      { metadata: { labels: { a: 'b' } } },
      merge,
    );
    expect(labels.status).toBe(200);
    const debug = await plane.client.send(
      'PATCH',
      `${path}/web/ephemeralcontainers`,
      { spec: { ephemeralContainers: [{ name: 'debug', image: 'i' }] } },
      merge,
    );
    expect(debug.status).toBe(200);
    expect(debug.body.metadata.annotations).toEqual(labels.body.metadata.annotations);
    await plane.client.send('DELETE', `${path}/web?gracePeriodSeconds=0`);
  });

  test('takes a new certificate over under load, without one pod that misses its hints', async () => {
    let done = false;
    let admitted = 0;
    const missed: string[] = [];
    const load = Array.from({ length: 4 }, async () => {
      while (!done) {
        const { body } = await create(plane.client, pod);
        if (body.metadata?.annotations?.[TYPE] === 'bind') admitted++;
        else missed.push(JSON.stringify(body).slice(0, 200));
      }
    });
    for (const name of ['second', 'third']) {
      await sleep(500);
      mountCertificate(name);
    }
    await sleep(1500);
    const served = await subjectServed(port, plane.certificates.read('ca.crt'));
    done = true;
    await Promise.all(load);
    expect(served).toBe('third');
    expect(missed).toEqual([]);
    expect(admitted).toBeGreaterThan(20);
  });

  test('serves the old certificate on, where the new one does not fit its key', async () => {
    mkdirSync(join(directory, 'broken'));
    writeFileSync(join(directory, 'broken', 'tls.crt'), readFileSync(join(directory, 'first', 'tls.crt')));
    writeFileSync(join(directory, 'broken', 'tls.key'), readFileSync(join(directory, 'second', 'tls.key')));
    symlinkSync('broken', join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    await sleep(600);
    expect(await subjectServed(port, plane.certificates.read('ca.crt'))).toBe('third');
    mountCertificate('fourth');
    await sleep(600);
    expect(await subjectServed(port, plane.certificates.read('ca.crt'))).toBe('fourth');
  });

  test.each([
    ['too large', Buffer.alloc(9 * 1024 * 1024, ' '), 413],
    ['not JSON', Buffer.from('{'), 400],
    ['no review', Buffer.from('{"kind":"Pod"}'), 400],
  ])('refuses a body that is %s', async (_, body, status) => {
    expect(await post(port, plane.certificates.read('ca.crt'), body)).toBe(status);
    expect((await create(plane.client, pod)).body.metadata.annotations[TYPE]).toBe('bind');
  });

  test('costs a pod its hints and not its creation, where the server is down or slow', async () => {
    await webhook.stop();
    const down = await create(plane.client, pod);
    expect([down.status, down.body.metadata.annotations]).toEqual([201, undefined]);
    const slow = createServer(plane.certificates.sign('slow', '/CN=slow'), () => {});
    await new Promise<void>((resolve) => slow.listen(port, '127.0.0.1', resolve));
    const started = Date.now();
    const late = await create(plane.client, pod);
    expect([late.status, late.body.metadata.annotations]).toEqual([201, undefined]);
    expect(Date.now() - started).toBeGreaterThan(2_500);
    slow.closeAllConnections();
    await new Promise((resolve) => slow.close(resolve));
    await start();
    expect((await create(plane.client, pod)).body.metadata.annotations[TYPE]).toBe('bind');
    rmSync(directory, { recursive: true });
  });
});

/** The name in the certificate that a server shows. */
function subjectServed(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: '/healthz', ca, agent: false }, (response) => {
      const { subject } = (response.socket as import('node:tls').TLSSocket).getPeerCertificate();
      response.resume().on('end', () => resolve(String(subject.CN)));
    });
    asked.on('error', reject).end();
  });
}

/** The status with which a server answers a body; it may answer before it has all of it. */
function post(port: number, ca: string, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method: 'POST', ca, agent: false }, (response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    asked.on('error', (error) => (asked.writableFinished || asked.destroyed ? undefined : reject(error)));
    asked.end(body);
  });
}
