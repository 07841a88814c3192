import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, test } from '@jest/globals';
import { RootedNodeFiles } from '../../../src/adapters/node-files/rooted-node-files.ts';
import { NodeTrees } from '../../support/node-tree.ts';

describe('the files of a node that is mounted somewhere', () => {
  const trees = new NodeTrees();
  const outer = trees.create({
    '/secret/config.toml': 'secret = true\n',
    '/node/etc/passwd': 'of the node\n',
    '/node/etc/a.toml': 'a = 1\n',
    '/node/etc/b.toml': 'b = 1\n',
    '/node/etc/c.toml.bak': 'c = 1\n',
    '/node/etc/deep/er/d.toml': 'd = 1\n',
    '/node/etc/absolute': { link: '/etc/passwd' },
    '/node/etc/dots': { link: '../../../../../../../../etc/passwd' },
    '/node/etc/up': { link: '../..' },
    '/node/etc/escape': { link: '../../secret/config.toml' },
    '/node/etc/circle': { link: 'circle' },
    '/node/etc/dangling': { link: 'nothing' },
    '/node/etc/broken.toml': 'a = 1\nb = = 2\n',
    '/node/etc/rendered.toml.tmpl': '{{ template "base" . }}\na = 1\n{{ if .B }}\nb = 2\n{{ end }}\n',
  });
  const files = new RootedNodeFiles(`${outer}/node/`);
  afterAll(() => trees.remove());

  test.each(['/etc/passwd', '/etc/absolute', '/etc/dots', '/../../etc/passwd', '/etc/up/etc/passwd'])(
    '%s is read inside the root',
    async (path) => {
      expect(await files.readText(path)).toEqual({ kind: 'text', text: 'of the node\n' });
    },
  );

  test.each([
    '/etc/escape',
    '/etc/up/secret/config.toml',
    '/../secret/config.toml',
    '/etc/dangling',
    '/etc/a.toml/x',
  ])('%s is not there', async (path) => {
    expect(await files.readText(path)).toEqual({ kind: 'absent' });
    expect(await files.realPath(path)).toBeUndefined();
  });

  test('what cannot be read has a reason', async () => {
    execFileSync('mkfifo', [`${outer}/node/etc/fifo`]);
    expect(await files.readText('/etc/circle')).toEqual({ kind: 'unreadable', reason: 'ELOOP' });
    expect(await files.readText('/etc')).toEqual({ kind: 'unreadable', reason: 'not a regular file' });
    expect(await files.readText('/etc/fifo')).toEqual({ kind: 'unreadable', reason: 'not a regular file' });
  });

  test('TOML, and where it is not', async () => {
    expect(await files.readConfig('/etc/a.toml')).toMatchObject({ kind: 'config', config: { a: 1 } });
    expect(await files.readConfig('/etc/broken.toml')).toMatchObject({
      kind: 'malformed',
      line: 2,
      column: 5,
    });
    expect(await files.readConfig('/etc/rendered.toml.tmpl')).toMatchObject({
      kind: 'config',
      config: { a: 1, b: 2 },
    });
    expect(await files.readConfig('/etc/nothing.toml')).toEqual({ kind: 'absent' });
  });

  test('glob and walk', async () => {
    expect((await files.glob('/etc/[ab].toml')).paths).toEqual(['/etc/a.toml', '/etc/b.toml']);
    expect((await files.glob('/e*/deep/*/*.toml')).paths).toEqual(['/etc/deep/er/d.toml']);
    expect((await files.glob('/etc/dangl*')).paths).toEqual(['/etc/dangling']);
    expect(await files.glob('/nothing/*.toml')).toEqual({ paths: [], unreadable: [] });
    expect((await files.walk('/etc/deep')).paths).toEqual(['/etc/deep/er/d.toml']);
  });

  test('a walk ends at a depth of 100, and says where', async () => {
    const deep = '/d'.repeat(120);
    const root = trees.create({ '/etc/x/near.toml': 'a = 1\n', [`/etc/x${deep}/far.toml`]: 'a = 1\n' });
    const { paths, unreadable } = await new RootedNodeFiles(root).walk('/etc/x');
    expect(paths).toEqual(['/etc/x/near.toml']);
    expect(unreadable).toEqual([{ path: `/etc/x${'/d'.repeat(100)}`, reason: 'nested too deep' }]);
  });

  test('it is not the machine itself', () => {
    expect(files.isLive).toBe(false);
    expect(new RootedNodeFiles('/').isLive).toBe(true);
  });
});
