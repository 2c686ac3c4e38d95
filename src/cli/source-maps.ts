import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A stack whose places in `dist`, where a file is a line or two, are those of the source: `src/core/move/statements.ts:12:3`. Read when it is
 * printed: Node itself maps stacks only where it was told to before it loaded anything, and then reads all maps. What has no map
 * beside it stays as it is.
 */
export function inSource(stack: string): string {
  const maps = new Map<string, SourceMap | null>();
  return stack.replaceAll(/(file:\/\/\/[^\s()]+):(\d+):(\d+)/g, (place, url: string, line: string, column: string) => {
    try {
      const file = fileURLToPath(url);
      const map = maps.get(file) ?? mapOf(file);
      maps.set(file, map);
      const entry = map?.findEntry(Number(line) - 1, Number(column) - 1);
      if (entry === undefined || !('originalSource' in entry)) return place;
      const source = join(dirname(file), entry.originalSource).split(/[\\/]/);
      const from = source.lastIndexOf('src');
      return `${source.slice(from).join('/')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    } catch {
      return place;
    }
  });
}

function mapOf(file: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as ConstructorParameters<typeof SourceMap>[0]);
  } catch {
    return null;
  }
}
