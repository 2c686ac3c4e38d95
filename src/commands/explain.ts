import { explainText } from '../explain/explain-text.ts';
import { rules } from '../core/rules/index.ts';
import { standby } from '../core/rules/standby.ts';
import { didYouMean } from '../text/nearest.ts';
import { Problem } from '../problem.ts';
import { explained } from '../report/explain.ts';
import type { Command, Context, Outcome } from './command.ts';
import { isNamed, withSession } from './request/connection.ts';
import { connection, link } from './request/options.ts';
import { packageFile } from './package-file.ts';
import { progressOf } from './result/progress.ts';
import { readingSettings, SettingsReader } from './request/settings.ts';

const pages: readonly string[] = [...rules.map(({ name }) => name), standby.name];

export const explain: Command = {
  name: 'explain',
  description:
    'Reads an error in whatever form you have it (a PostgreSQL message in any language, an error of a driver or an ORM, a whole log) ' +
    'and names the table, column and sequence it is about. With a connection it also shows their current values, how many more inserts ' +
    'will fail, the likely cause, the fix and how to prevent it. The name of a constraint, a table or a sequence works too. ' +
    'The name of a rule prints its documentation.\n\n' +
    'Exit code: 0 read, 1 a sequence that it is about is behind or used up, 2 no such error found, or not from this database.',
  arguments: [
    {
      shape: '[text...]',
      help: 'the error text, or - for standard input; or the name of a rule, such as behind',
      offers: pages,
    },
  ],
  groups: [
    connection,
    { title: 'Advanced', options: [link] },
    {
      title: 'Report',
      options: [
        { flags: '-o, --output <file>', help: 'write the report to a file' },
        { flags: '-q, --quiet', help: 'print only the report' },
      ],
    },
  ],
  examples: [
    `pgseq explain 'duplicate key value violates unique constraint "users_pkey"'`,
    'pgseq explain --url postgres://app@localhost/app - < error.log',
    'pgseq explain behind',
  ],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, explain.groups);
    const options = readingSettings(settings);
    settings.finish();
    const given = words.many('text');
    const page = given.length === 1 ? pageOf(given[0] as string) : null;
    if (page !== null) {
      await context.output.write(page);
      return 'in step';
    }
    const text = await textOf(given, context);
    // Only who names a database is connected: an error is often read beside another one than it came from
    if (!isNamed(raw, undefined) && raw['envFile'] === undefined)
      return await told(await explainText(text), text, given, context);
    return await withSession(
      raw,
      undefined,
      { jobs: 1, urlVariables: raw['envFile'] !== undefined },
      context,
      async ({ db }) => told(await explainText(text, db, { ...options, ...progressOf(context) }), text, given, context),
    );
  },
};

async function told(
  errors: Awaited<ReturnType<typeof explainText>>,
  text: string,
  given: readonly string[],
  context: Context,
): Promise<Outcome> {
  const [first] = errors;
  // A word alone may be a name; where no database was asked, or has none of it, it may as well be a rule, mistyped
  if (first?.error.kind === 'name' && given.length === 1 && /^[\w-]+$/.test(text) && !/seq\d*$/i.test(text))
    if (first.found === null || first.found.isElsewhere) throw unknownWord(text, first.found === null);
  if (errors.length === 0 && given.length === 1 && /^[\w-]+$/.test(text)) throw unknownWord(text, true);
  await context.output.write(
    errors.length === 0
      ? 'No duplicate-key or sequence error found in this text.\n'
      : explained(errors, context.offering),
  );
  if (errors.length === 0 || errors.some(({ found }) => found?.isElsewhere === true)) return 'incomplete';
  return errors.some(({ found }) => found !== null && found.outlook !== null) ? 'findings' : 'in step';
}

function unknownWord(word: string, isAlone: boolean): Problem {
  const meant = didYouMean(word, pages);
  return new Problem(
    isAlone
      ? `${word} is neither a rule nor an error that pgseq can read`
      : `${word} is neither a rule nor a table, constraint or sequence of this database`,
    {
      hint:
        meant ??
        (isAlone
          ? [
              `if it is a table, a constraint or a sequence: pgseq explain ${word} --url CONNECTION`,
              `rules: ${pages.join(', ')}`,
            ]
          : `rules: ${pages.join(', ')}`),
    },
  );
}

/** The page of a rule, as it stands in the docs of the package; null where it is none. */
function pageOf(word: string): string | null {
  if (!pages.includes(word)) return null;
  const page = packageFile(`docs/findings/${word}.md`);
  if (page === null) throw new Problem(`the page of ${word} is missing: this copy of pgseq has no docs`);
  return page;
}

async function textOf(given: readonly string[], context: Context): Promise<string> {
  if (given.length === 0)
    throw new Problem('no error given: pass its text, or - to read it from standard input', {
      hint: `pgseq explain 'duplicate key value violates unique constraint "users_pkey"'`,
    });
  if (given.length !== 1 || given[0] !== '-') return given.join(' ');
  const pieces: Buffer[] = [];
  for await (const piece of context.input() as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
