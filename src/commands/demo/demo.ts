import { createColors } from 'picocolors';
import { queryable } from '../../adapters/pglite.ts';
import { check } from '../../core/check.ts';
import { fix } from '../../core/fix.ts';
import type { FixOptions } from '../../core/model/options.ts';
import { text } from '../../report/text.ts';
import type { Command } from '../command.ts';
import { application } from './application.ts';
import { startEmbedded } from './embedded.ts';
import { folded } from './folded.ts';
import { psql } from './psql.ts';

const insert = "insert into users (email) values ('new@example.com')";

export const demo: Command = {
  name: 'demo',
  description:
    'Starts an embedded PostgreSQL with a small application whose sequences are out of sync, as after restoring a backup, and ' +
    'shows what pgseq reports and does. Everything is real and happens in memory; it touches none of your databases.',
  arguments: [],
  groups: [],
  examples: ['pgseq demo', 'npx -p pgseq -p @electric-sql/pglite pgseq demo'],
  async run(_raw, _argument, { output, signal }) {
    const { bold, dim } = createColors(output.color);
    const say = (words: string): Promise<void> => output.write(`${dim(words.replaceAll(/^/gm, '# '))}\n\n`);
    const show = async (command: string, result: Promise<string>): Promise<void> =>
      output.write(`${bold(command)}\n${await result}\n`);

    const database = await startEmbedded();
    try {
      await database.exec(application);
      const db = queryable(database);
      const report = { color: output.color, showOk: false };
      const checked = async (): Promise<string> => text.check(await check(db, { signal }), report);
      const fixed = async (options: FixOptions): Promise<string> =>
        text.fix(await fix(db, { ...options, signal }), report);

      await say('A small application, some time after its backup was restored. A user signs up:');
      await show(`psql> ${insert};`, psql(database, insert));
      await show('$ pgseq check', checked());
      await say('What would a fix run? For one table, without the settings at the start of its transaction:');
      await show('$ pgseq fix --dry-run -t users', fixed({ dryRun: true, tables: ['users'] }).then(abridged));
      await show('$ pgseq fix', fixed({}));
      await show('$ pgseq check', checked());
      await show(`psql> ${insert};`, psql(database, insert));
      await output.write(
        'Now your own database. The first command changes nothing; the second moves what is behind, and only forward:\n' +
          `  ${bold('npx pgseq check postgres://user@host/database')}\n` +
          `  ${bold('npx pgseq fix postgres://user@host/database')}\n`,
      );
      return 'in step';
    } finally {
      await database.close();
    }
  },
};

/** A script without the settings, in lines that fit a terminal. */
function abridged(script: string): string {
  return folded(script.replaceAll(/^(?:set local|select pg_catalog\.set_config\() ?.*\n/gm, ''));
}
