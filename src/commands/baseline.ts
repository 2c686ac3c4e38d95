import { counted } from '../text/counted.ts';
import { writeFile } from 'node:fs/promises';
import type { CheckReport } from '../core/model/report.ts';
import { offered } from '../pg/offering.ts';
import { Problem } from '../problem.ts';
import { printable, withHint } from '../text/printable.ts';
import type { Command } from './command.ts';
import { writeBaseline } from './request/config/baseline.ts';
import { checkDatabases } from './result/check-databases.ts';
import { connection, connectionArgument, databases, looking } from './request/options.ts';
import { jobsSetting, readingSettings, SettingsReader, timeoutSetting } from './request/settings.ts';
import { selectDatabases } from './request/databases.ts';

export const baseline: Command = {
  name: 'baseline',
  description:
    'Writes the keys of the current findings to a file: `check` accepts those and fails on new ones only. Entries of ' +
    'databases that this run does not check stay in the file.\n\nExit code: 0 written, 2 something could not be checked.',
  arguments: [connectionArgument],
  groups: [
    connection,
    databases,
    looking,
    { title: 'Report', options: [{ flags: '-q, --quiet', help: 'print only what was written' }] },
  ],
  examples: ['pgseq baseline -d app', 'pgseq baseline --all-databases'],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, baseline.groups);
    readingSettings(settings);
    jobsSetting(settings);
    timeoutSetting(settings);
    const argument = words.one('connection');
    const chosen = await selectDatabases({ raw, argument, context, settings, writesBaseline: true });
    const checked = await checkDatabases({ ...chosen, baseline: null }, context);
    const accepted = new Map(chosen.baseline);
    const lines: string[] = [];
    for (const [place, { name, report, error }] of checked.entries()) {
      const keys = report === null ? null : keysOf(report);
      if (report === null || keys === null) {
        const why = error ?? {
          message: 'some of it could not be read',
          hint: `${offered(chosen.targets[place]?.offering, 'check')} says why`,
        };
        context.tell(withHint(`${printable(name)} was not updated: ${why.message}`, why.hint));
        continue;
      }
      const known = chosen.targets[place]?.name ?? report.database.name; // as check will look it up
      accepted.set(known, keys);
      lines.push(`${printable(known)}: ${counted(keys.length, 'finding')} accepted\n`);
    }
    const { name, path } = chosen.baselineFile;
    await writeFile(path, writeBaseline(accepted)).catch((cause: unknown) => {
      throw new Problem(`${name}: ${(cause as Error).message}`, { cause });
    });
    await context.output.write(lines.join(''));
    return lines.length < checked.length ? 'incomplete' : 'in step';
  },
};

/** What can make a run fail, sorted; null where something could not be read: what hides there is not accepted unseen. */
function keysOf({ summary, findings }: CheckReport): string[] | null {
  if (summary.unknown > 0) return null;
  const keys = findings.filter(({ level }) => level !== 'info').map(({ key }) => key);
  return [...new Set(keys)].toSorted();
}
