import { readTableName } from '../../import/table-name.ts';
import { unquotedName } from '../../pg/identifier.ts';
import { Problem } from '../../problem.ts';
import type { SettingsReader } from '../request/settings.ts';

/** `old=new`, split at its first sign outside double quotes. Throws a Problem for anything else. */
function readPair(text: string): [string, string] {
  const [, old, now] = /^((?:"(?:[^"]|"")*"|[^"=])+)=(.*)$/s.exec(text) ?? [];
  if (old === undefined || now === undefined)
    throw new Problem(`${text}: not a pair of names`, { hint: 'write old=new' });
  return [old, now];
}

/** Source's tables → the tables that they go into. */
export function renamesSetting(settings: SettingsReader): ReadonlyMap<string, string> {
  const pairs = pairsOf(settings, 'renameTable', '--rename-table', (text): [string, string] => {
    const [old, now] = readPair(text);
    readTableName(now);
    readTableName(old);
    return [unquotedName(old), now];
  });
  return new Map(pairs);
}

/** Source's columns → the columns that they go into; null leaves one out. */
export function mapSetting(settings: SettingsReader): ReadonlyMap<string, string | null> {
  const pairs = pairsOf(settings, 'map', '--map', readPair);
  return new Map(pairs.map(([old, now]) => [unquotedName(old), now === '' ? null : unquotedName(now)]));
}

function pairsOf(
  settings: SettingsReader,
  name: string,
  flag: string,
  read: (text: string) => [string, string],
): [string, string][] {
  const texts = settings.many(name, () => undefined);
  return texts.flatMap((text) => {
    const pair = settings.attempt(() => read(text), flag);
    return pair === undefined ? [] : [pair];
  });
}
