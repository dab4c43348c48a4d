import { describe, expect, it } from 'vitest';
import { createFileReader, type FileAccess } from '../../../../src/topology/discovery/file-reader.ts';

const never = new AbortController().signal;

function readerOf(files: readonly string[], contents: Readonly<Record<string, string>>) {
  const watched: string[] = [];
  const access: FileAccess = {
    async list(directory) {
      if (directory === '/gone') throw new Error('no such file or directory');
      return Object.keys(contents)
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1));
    },
    async read(path) {
      const text = contents[path];
      if (text === undefined) throw new Error('no such file or directory');
      return text;
    },
    watch(directory) {
      watched.push(directory);
      return () => void watched.splice(watched.indexOf(directory), 1);
    },
  };
  const reader = createFileReader({ kind: 'file', files, refreshIntervalMs: 1000 }, access);
  return { reader, watched };
}

describe('file_sd_configs', () => {
  it('finds files by pattern, those of one pattern sorted', async () => {
    const names = ['b.yml', 'a.json', 'a.yml', '.a.yml', 'a.yml.tmp', 'aXyml', 'a+(1).yml'];
    const { reader } = readerOf(
      ['/sd/*.yml', '/other/x.json', '/sd/?.json'],
      Object.fromEntries(names.map((name) => [`/sd/${name}`, '[]'])),
    );
    expect(await reader.parts()).toEqual([
      '/sd/.a.yml',
      '/sd/a+(1).yml',
      '/sd/a.yml',
      '/sd/b.yml',
      '/other/x.json',
      '/sd/a.json',
    ]);
  });

  it.each([
    ['[ab].yml', ['a.yml', 'b.yml']],
    ['[^ab].yml', ['c.yml']],
    ['?.yml', ['a.yml', 'b.yml', 'c.yml']],
    ['*.json', []],
  ])('understands %s', async (pattern, expected) => {
    const { reader } = readerOf([`/sd/${pattern}`], { '/sd/a.yml': '', '/sd/b.yml': '', '/sd/c.yml': '' });
    expect(await reader.parts()).toEqual(expected.map((name) => `/sd/${name}`));
  });

  it('fails where a directory cannot be read', async () => {
    await expect(readerOf(['/gone/*.yml'], {}).reader.parts()).rejects.toThrow('no such file or directory');
  });

  it('reads each file by its ending', async () => {
    const { reader } = readerOf(['/sd/a.JSON', '/sd/a.yaml'], {
      '/sd/a.JSON': '[{"targets": ["a:1"]}]',
      '/sd/a.yaml': '- targets: [b:1]',
    });
    expect(await reader.read('/sd/a.JSON', never)).toEqual([{ address: 'a:1', labels: {} }]);
    expect(await reader.read('/sd/a.yaml', never)).toEqual([{ address: 'b:1', labels: {} }]);
    await expect(reader.read('/sd/b.yml', never)).rejects.toThrow('no such file or directory');
  });

  it('watches the directories, each once', () => {
    const { reader, watched } = readerOf(['/sd/*.yml', '/sd/x.json', '/other/y.json'], {});
    const stop = reader.watch!(() => {});
    expect(watched).toEqual(['/sd', '/other']);
    stop();
    expect(watched).toEqual([]);
  });
});
