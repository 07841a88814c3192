import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { drawPage } from '../../../src/adapters/cli/picture/draw-page.ts';
import { drawSvg } from '../../../src/adapters/cli/picture/draw-svg.ts';
import type { Picture } from '../../../src/domain/picture/picture.ts';
import { pictureOf } from '../../../src/domain/picture/picture-of.ts';
import { inspectManifest } from '../../../src/manifests.ts';

const RELEASE = '20260914';
const KB = 1024;

function pictures(text: string): Picture[] {
  return inspectManifest(text, { release: RELEASE, source: 'pod.yaml' }).map(pictureOf);
}

function picture(text: string): Picture {
  const [first] = pictures(text);
  if (first === undefined) throw new Error('no pod');
  return first;
}

const AGENT = `apiVersion: v1
kind: Pod
metadata:
  name: agent
  annotations:
    dev.gvisor.spec.mount.scratch.type: tmpfs
    dev.gvisor.spec.mount.scratch.share: pod
    dev.gvisor.spec.mount.work.type: bind
    dev.gvisor.spec.mount.work.share: container
spec:
  runtimeClassName: gvisor
  containers:
    - name: web
      volumeMounts:
        - {name: scratch, mountPath: /scratch}
        - {name: work, mountPath: /work}
        - {name: settings, mountPath: /etc/app, readOnly: true}
    - name: indexer
      volumeMounts:
        - {name: scratch, mountPath: /var/scratch}
        - {name: cache, mountPath: /cache}
  volumes:
    - {name: scratch, emptyDir: {}}
    - {name: work, emptyDir: {}}
    - {name: cache, emptyDir: {sizeLimit: 1Gi}}
    - {name: settings, configMap: {name: web}}
`;

function manyVolumes(count: number, name = (index: number) => `volume-${index}`): string {
  const volumes = Array.from({ length: count }, (_, index) => ({ name: name(index), emptyDir: {} }));
  const volumeMounts = volumes.map((volume, index) => ({ name: volume.name, mountPath: `/m/${index}` }));
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'many' },
    spec: { containers: [{ name: 'a', volumeMounts }], volumes },
  });
}

/** The tags of a piece of XML, in order; throws where one is not closed. */
function wellFormed(xml: string): number {
  const open: string[] = [];
  let count = 0;
  for (const [, end, name = '', own] of xml.matchAll(
    /<(\/?)([a-zA-Z0-9]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g,
  )) {
    count++;
    if (end) expect(open.pop()).toBe(name);
    else if (!own) open.push(name);
  }
  expect(open).toEqual([]);
  expect(count).toBe([...xml.matchAll(/</g)].length);
  return count;
}

describe('the picture of a pod', () => {
  const { volumes, containers, starts } = picture(AGENT);
  const of = (name: string) => volumes.find((volume) => volume.name === name);

  test('says of each volume memory or disk, who shares it, and what to change', () => {
    expect(starts).toBe(true);
    expect(
      volumes.map(({ name, kept, keptIn, sharing, change }) => [name, kept, keptIn, sharing, change.kind]),
    ).toEqual([
      ['scratch', 'memory', 'Memory', 'web and indexer share it', 'fix'],
      ['work', 'disk', 'Disk', 'web alone', 'none'],
      ['settings', 'host', 'Host directory', 'web and the host', 'none'],
      ['cache', 'host', 'Host disk', 'indexer and the host', 'add'],
      ['/dev/shm', 'memory', 'Memory', 'web and indexer share it', 'none'],
    ]);
  });

  test('has the findings at their volume, the annotations with their lines, and those to write', () => {
    expect(of('scratch')?.findings.map(({ code, line }) => [code, line])).toContainEqual([
      'empty-dir-in-memory',
      6,
    ]);
    expect(of('scratch')?.annotations.map(({ key, line }) => [key.split('.').at(-1), line])).toEqual([
      ['share', 7],
      ['type', 6],
    ]);
    expect(of('cache')?.fixed.map(({ key, value }) => `${key}: ${value}`)).toEqual([
      'dev.gvisor.spec.mount.cache.options: rw,rprivate,size=1g',
      'dev.gvisor.spec.mount.cache.share: container',
      'dev.gvisor.spec.mount.cache.type: bind',
    ]);
    expect(of('work')?.fixed).toEqual([]);
  });

  test('leads each mount to its volume', () => {
    const ids = new Map(volumes.map(({ id, name }) => [id, name]));
    const lines = containers.flatMap(({ name, mounts }) =>
      mounts.map((mount) => `${name} ${mount.destination} ${ids.get(mount.volume)}`),
    );
    expect(lines).toContain('web /scratch scratch');
    expect(lines).toContain('indexer /var/scratch scratch');
    expect(ids.size).toBe(volumes.length);
  });

  test('keeps a finding about no drawn volume at the pod', () => {
    const misspelt = AGENT.replaceAll('mount.work.', 'mount.wrok.');
    const { findings, volumes: others } = picture(misspelt);
    expect(findings.map(({ code }) => code)).toContain('hint-volume-unknown');
    expect(others.flatMap((volume) => volume.findings).map(({ code }) => code)).not.toContain(
      'hint-volume-unknown',
    );
  });
});

describe('the drawing', () => {
  test('is well-formed XML, the same each time, in both shapes', () => {
    for (const shape of ['wide', 'narrow'] as const) {
      const svg = drawSvg(picture(AGENT), { shape, standalone: true });
      expect(wellFormed(svg.replace(/<style>[^<]*<\/style>/, ''))).toBeGreaterThan(50);
      expect(drawSvg(picture(AGENT), { shape, standalone: true })).toBe(svg);
      for (const word of ['scratch', 'Memory', 'web and indexer share it', 'Nothing to change.'])
        expect(svg).toContain(word);
    }
  });

  test('draws at most 200 volumes, and says how many it leaves out', () => {
    const svg = drawSvg(picture(manyVolumes(1000)), { shape: 'wide', standalone: true });
    expect(svg).toContain('and 801 more volumes, which are not drawn');
    expect([...svg.matchAll(/class="tint"/g)]).toHaveLength(200);
  });

  test('cuts names of any length', () => {
    const long = 'x'.repeat(1_000_000);
    const svg = drawSvg(picture(manyVolumes(2, (index) => `${long}${index}`)), {
      shape: 'wide',
      standalone: true,
    });
    const drawn = svg.replaceAll(/<title>[^<]*<\/title>/g, '');
    expect(drawn.length).toBeLessThan(20 * KB);
  });
});

describe('the page', () => {
  test('is under 150 KB for a pod of ten volumes, and asks nobody for anything', () => {
    const page = drawPage([picture(manyVolumes(10))]);
    expect(Buffer.byteLength(page)).toBeLessThan(150 * KB);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|src=/);
    expect(page).not.toMatch(/\sstyle="|\son[a-z]+="/);
  });

  test('allows its own script and style by their hashes, and nothing else', () => {
    const page = drawPage([picture(AGENT)]);
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'/,
    );
    for (const tag of ['style', 'script']) {
      const bodies = [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(
        ([, body = '']) => body,
      );
      expect(bodies).toHaveLength(1);
      expect(policy).toContain(
        createHash('sha256')
          .update(bodies[0] ?? '')
          .digest('base64'),
      );
    }
  });

  test('escapes everything that a manifest says', () => {
    const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&\u0007\u202e`;
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: evil,
        annotations: { [`dev.gvisor.spec.mount.${evil}.type`]: evil, 'dev.gvisor.spec.mount.v.type': evil },
      },
      spec: {
        containers: [
          {
            name: evil,
            volumeMounts: [
              { name: evil, mountPath: `/${evil}` },
              { name: 'v', mountPath: `/v` },
            ],
          },
        ],
        volumes: [
          { name: evil, emptyDir: {} },
          { name: 'v', [evil]: { x: 1 } },
        ],
      },
    });
    const page = drawPage(inspectManifest(text, { release: RELEASE, source: evil }).map(pictureOf));
    expect([...page.matchAll(/<script/g)]).toHaveLength(1);
    for (const each of ['<img', '\u0007', '\u202e']) expect(page).not.toContain(each);
    const svg = drawSvg(picture(text), { shape: 'wide', standalone: true });
    wellFormed(svg.replace(/<style>[^<]*<\/style>/, ''));
    expect(svg).not.toContain('<script');
  });

  test('has an index of several pods, and no id twice', () => {
    const page = drawPage(pictures(`${AGENT}---\n${AGENT.replace('name: agent', 'name: other')}`));
    expect(page).toContain('Volumes of 2 pods in gVisor');
    expect(page).toContain('<a href="#pod-2"><strong>Pod other</strong>');
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
  });
});
