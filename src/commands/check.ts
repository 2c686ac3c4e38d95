import { checkReporters } from '../report/index.ts';
import type { Command, OptionSpec } from './command.ts';
import { checkDatabase, checkDatabases } from './result/check-databases.ts';
import { connection, connectionArgument, databases, filters, looking, reportingAs } from './request/options.ts';
import { outcome, outcomeOfAll } from './result/outcome.ts';
import { jobsSetting, lookSettings, SettingsReader, timeoutSetting } from './request/settings.ts';
import { selectDatabases } from './request/databases.ts';
import { reportOptions, writeCheck } from './result/write-check.ts';
import type { SelectedDatabase } from './request/selected-database.ts';

const initOption: OptionSpec = {
  flags: '--init',
  help: 'write a pgseq.json for this database, with links to choose from',
};

export const check: Command = {
  name: 'check',
  description:
    'Finds every sequence of the database and every column that it feeds, and compares them. Writes nothing.\n' +
    'Exit code: 0 all in sync, 1 findings, 2 something could not be checked.',
  arguments: [connectionArgument],
  groups: [
    connection,
    { ...databases, options: [...databases.options, initOption] },
    filters,
    looking,
    reportingAs(checkReporters.map(({ name }) => name)),
  ],
  examples: [
    'pgseq check postgres://app@localhost/app',
    'pgseq check -t users --show-ok',
    'pgseq check --all-databases',
    'pgseq check --format json | jq .summary',
    'pgseq check --format junit --output pgseq.xml',
  ],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, check.groups);
    lookSettings(settings);
    jobsSetting(settings);
    timeoutSetting(settings);
    if (settings.flag('init')) return await (await import('./init.ts')).init(raw, words, context, settings);
    const chosen = await selectDatabases({ raw, argument: words.one('connection'), context, settings });
    if (chosen.areSeveral) {
      const checked = await checkDatabases(chosen, context);
      await writeCheck(raw, reportOptions(raw, context), context, (format, options) =>
        format.checkAll(checked, options),
      );
      return outcomeOfAll(
        checked,
        chosen.targets.map((target) => target.raw),
      );
    }
    const [target] = chosen.targets as readonly [SelectedDatabase];
    const report = await checkDatabase(target, chosen, context);
    const how = { ...reportOptions(target.raw, context), offering: target.offering };
    await writeCheck(raw, how, context, (format, options) => format.check(report, options));
    return outcome(report, target.raw);
  },
};
