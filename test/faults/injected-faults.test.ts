import nodeFs, { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isMountHintsError } from '../../src/index.ts';
import { errno, FaultyFs, type Intervene } from './support/faulty-fs.ts';
import { report, Tally } from './support/scale.ts';
import { Victim } from './support/victim.ts';

const ERRNOS = ['ENOSPC', 'EIO', 'EACCES', 'EROFS', 'EMFILE', 'EDQUOT', 'ENOENT', 'EPERM'];

let victim: Victim;
beforeEach(async () => {
  victim = await new Victim().prepare();
});
afterEach(() => victim.remove());

/** One update with interference: what it came to, checked as far as every one must be. */
async function disturbed(intervene: Intervene) {
  const faulty = new FaultyFs(intervene);
  let code = 'done';
  let replaced = true;
  try {
    const { changed } = await victim.update(faulty.fs);
    expect(changed).toBe(true);
  } catch (error) {
    if (!isMountHintsError(error)) throw error;
    code = error.code;
    replaced = error.details.replaced === true;
  }
  expect(code).not.toBe('MH_BUG');
  expect([...faulty.open]).toEqual([]);
  return { code, replaced, calls: faulty.calls };
}

describe('a call to the file system fails', () => {
  test.each(['once', 'from then on'])('%s, each call with each error', async (how) => {
    const around = victim.surroundings();
    const { calls } = await disturbed(() => undefined);
    const tally = new Tally();
    for (let at = 0; at < calls.length; at++) {
      for (const each of ERRNOS) {
        victim.reset();
        const { code, replaced } = await disturbed((_, index) => {
          if (how === 'once' ? index === at : index >= at) throw errno(each);
          return undefined;
        });
        const state = victim.state();
        expect([calls[at], each, code, state]).toEqual([calls[at], each, code, replaced ? 'new' : 'old']);
        if (how === 'once') expect([calls[at], victim.leftovers()]).toEqual([calls[at], []]);
        for (const name of victim.leftovers()) rmSync(join(victim.bundle, name));
        tally.add(`${code} (${state} file)`);
      }
    }
    expect(victim.surroundings()).toBe(around);
    expect(calls.length).toBeGreaterThan(20);
    expect(tally.total).toBe(calls.length * ERRNOS.length);
    report(
      `each of ${calls.length} calls fails ${how}, ${ERRNOS.length} errors (injected)`,
      tally.total,
      tally.counts,
    );
  });

  test('nothing was to be written, and no call to write was needed', async () => {
    await victim.update();
    const { calls } = await unchanged(() => undefined);
    for (let at = 0; at < calls.length; at++) {
      const { code } = await unchanged((_, index) => {
        if (index === at) throw errno('EACCES');
        return undefined;
      });
      expect(code).not.toBe('MH_WRITE_FAILED');
      expect(victim.state()).toBe('new');
    }
    expect(calls).not.toContain('writeSync');
  });

  async function unchanged(intervene: Intervene) {
    const faulty = new FaultyFs(intervene);
    const code = await victim.update(faulty.fs).then(
      ({ changed }) => (changed ? 'changed' : 'unchanged'),
      (error) => (isMountHintsError(error) ? error.code : Promise.reject(error)),
    );
    return { code, calls: faulty.calls };
  }
});

describe('a call does less than it was asked for', () => {
  test.each([1, 2, 3, 7, 100, 4095, 4096, 4097])('%d bytes at most are read or written', async (most) => {
    const { code } = await disturbed((name, _, args) => {
      if (name !== 'readSync' && name !== 'writeSync') return undefined;
      const [fd, buffer, offset, length] = args as [number, Uint8Array, number, number];
      const count = Math.min(length, most);
      return {
        value:
          name === 'readSync'
            ? nodeFs.readSync(fd, buffer, offset, count, null)
            : nodeFs.writeSync(fd, buffer, offset, count),
      };
    });
    expect([code, victim.state(), victim.leftovers()]).toEqual(['done', 'new', []]);
    report(`at most ${most} bytes a read or write (injected)`, 1, { 'new file': 1 });
  });

  test.each([0, -1])('a write says %d', async (count) => {
    const { code } = await disturbed((name) => (name === 'writeSync' ? { value: count } : undefined));
    expect([code, victim.state(), victim.leftovers()]).toEqual(['MH_WRITE_FAILED', 'old', []]);
  });

  test('the disk is full after any number of bytes', async () => {
    const tally = new Tally();
    for (let room = 0; room < victim.after.length; room += 997) {
      victim.reset();
      let left = room;
      const { code } = await disturbed((name, _, args) => {
        if (name !== 'writeSync') return undefined;
        if (left === 0) throw errno('ENOSPC');
        const [fd, buffer, offset, length] = args as [number, Uint8Array, number, number];
        const count = Math.min(length, left);
        left -= count;
        return { value: nodeFs.writeSync(fd, buffer, offset, count) };
      });
      expect([code, victim.state(), victim.leftovers()]).toEqual(['MH_WRITE_FAILED', 'old', []]);
      tally.add('old file');
    }
    report('disk full after N bytes (injected)', tally.total, tally.counts);
  });
});

describe('somebody else acts between two calls', () => {
  const OTHER = '{"annotations":{},"by":"somebody else"}';

  /** Runs the update once for each of its calls, with `act` done just before that call. */
  async function beforeEachCall(act: () => void, check: (at: string, code: string) => string) {
    victim.reset();
    const { calls } = await disturbed(() => undefined);
    const tally = new Tally();
    for (let at = 0; at < calls.length; at++) {
      rmSync(victim.bundle, { recursive: true, force: true });
      victim.reset();
      const { code } = await observed((_, index) => {
        if (index === at) act();
        return undefined;
      });
      expect(code).not.toBe('MH_BUG');
      tally.add(check(calls[at] ?? '', code));
    }
    expect(tally.total).toBeGreaterThan(20);
    return tally;
  }

  async function observed(intervene: Intervene) {
    const faulty = new FaultyFs(intervene);
    const code = await victim.update(faulty.fs).then(
      () => 'done',
      (error) => (isMountHintsError(error) ? error.code : Promise.reject(error)),
    );
    expect([...faulty.open]).toEqual([]);
    return { code };
  }

  test('and deletes the bundle', async () => {
    const around = victim.surroundings();
    const tally = await beforeEachCall(
      () => rmSync(victim.bundle, { recursive: true, force: true }),
      (_, code) => {
        expect(nodeFs.existsSync(victim.bundle)).toBe(false);
        return code;
      },
    );
    expect(victim.surroundings()).toBe(around);
    report('bundle deleted before each call', tally.total, tally.counts);
  });

  test.each(['in place', 'by renaming'])('and writes config.json %s', async (how) => {
    const write = () => {
      if (how === 'in place') return writeFileSync(victim.file, OTHER);
      writeFileSync(join(victim.bundle, 'other'), OTHER);
      renameSync(join(victim.bundle, 'other'), victim.file);
    };
    const tally = await beforeEachCall(write, (at, code) => {
      const text = readFileSync(victim.file, 'utf8');
      expect(victim.leftovers()).toEqual([]);
      if (text === OTHER) return `theirs stays (${code})`;
      expect(text).toBe(victim.after);
      return `theirs is replaced, before ${at} (${code})`;
    });
    // The one moment that no file system call closes: between the last look and the rename.
    const lost = Object.keys(tally.counts).filter((what) => what.startsWith('theirs is replaced'));
    expect(lost).toEqual(['theirs is replaced, before renameSync (done)']);
    expect(tally.counts[lost[0] ?? '']).toBe(1);
    report(`config.json written ${how} by another program before each call`, tally.total, tally.counts);
  });

  test('and puts a symbolic link to elsewhere in the place of the bundle', async () => {
    const elsewhere = victim.place.bundle('elsewhere', victim.before);
    const tally = await beforeEachCall(
      () => {
        rmSync(victim.bundle, { recursive: true, force: true });
        symlinkSync(elsewhere, victim.bundle);
      },
      (_, code) => {
        expect(nodeFs.readdirSync(elsewhere)).toEqual(['config.json']);
        const text = readFileSync(join(elsewhere, 'config.json'), 'utf8');
        // What the path of the bundle leads to when it is read is the bundle.
        if (text === victim.after) {
          writeFileSync(join(elsewhere, 'config.json'), victim.before);
          return `updated there, whole (${code})`;
        }
        expect(text).toBe(victim.before);
        return `untouched there (${code})`;
      },
    );
    report('bundle replaced by a link before each call', tally.total, tally.counts);
  });

  test('and puts a symbolic link to elsewhere in the place of config.json', async () => {
    const elsewhere = join(victim.place.bundle('elsewhere', victim.before), 'config.json');
    const tally = await beforeEachCall(
      () => {
        rmSync(victim.file, { force: true });
        symlinkSync(elsewhere, victim.file);
      },
      (_, code) => {
        expect(readFileSync(elsewhere, 'utf8')).toBe(victim.before);
        return code;
      },
    );
    report('config.json replaced by a link before each call', tally.total, tally.counts);
  });

  test('and removes, or doubles, the volume directory', async () => {
    for (const act of ['removed', 'doubled'] as const) {
      const tally = await beforeEachCall(
        () => {
          if (act === 'removed') rmSync(victim.place.volume('scratch'), { recursive: true });
          else victim.place.volume('scratch', 'kubernetes.io~configmap');
        },
        (_, code) => {
          const state = victim.state();
          expect(state).toBe(code === 'done' ? 'new' : 'old');
          rmSync(join(victim.place.kubeletDir, 'pods'), { recursive: true });
          victim.place.volume('scratch');
          return `${code} (${state} file)`;
        },
      );
      expect(Object.keys(tally.counts).length).toBe(2);
      report(`volume directory ${act} before each call`, tally.total, tally.counts);
    }
  });
});
