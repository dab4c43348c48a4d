/** One archive of the machine's own apt configuration that carries a suite of its distribution. */
export interface AptArchive {
  readonly uri: string;
  /** Path of a key ring, or undefined where the machine trusts its default ones. */
  readonly signedBy: string | undefined;
}

/** Finds the archive that serves `suite` with component `main` in a deb822 file (`*.sources`). */
export function archiveFromDeb822(text: string, suite: string): AptArchive | undefined {
  for (const paragraph of text.split(/\n\s*\n/)) {
    const fields = deb822Fields(paragraph);
    const values = (name: string): string[] => fields.get(name)?.split(/\s+/).filter(Boolean) ?? [];
    const [uri] = values('uris');
    if (uri === undefined || fields.get('enabled') === 'no') continue;
    if (!values('types').includes('deb') || !values('suites').includes(suite)) continue;
    if (!values('components').includes('main')) continue;
    const [signedBy] = values('signed-by');
    return { uri, signedBy: signedBy?.startsWith('/') ? signedBy : undefined };
  }
  return undefined;
}

function deb822Fields(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  let current = '';
  for (const line of paragraph.split('\n')) {
    if (line.startsWith('#')) continue;
    const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (field) {
      current = field[1]!.toLowerCase();
      fields.set(current, field[2]!.trim());
    } else if (/^\s+\S/.test(line) && current !== '') {
      fields.set(current, `${fields.get(current)} ${line.trim()}`.trim());
    }
  }
  return fields;
}

/** The same for the one-line form (`sources.list`): `deb [signed-by=…] uri suite component…`. */
export function archiveFromOneLine(text: string, suite: string): AptArchive | undefined {
  for (const line of text.split('\n')) {
    const entry = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!entry) continue;
    const [, options = '', uri = '', entrySuite, components = ''] = entry;
    if (entrySuite !== suite || !components.split(/\s+/).includes('main')) continue;
    return { uri, signedBy: /(?:^|\s)signed-by=(\/\S+)/.exec(options)?.[1] };
  }
  return undefined;
}
