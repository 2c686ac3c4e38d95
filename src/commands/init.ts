import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { suggestedLinks } from '../core/suggested-links.ts';
import { type ConnectionSettings, keywordValue } from '../pg/conninfo/index.ts';
import { isSecret } from '../pg/conninfo/keywords.ts';
import { Problem } from '../problem.ts';
import { errorCode, errorMessage } from '../pg/sqlstate.ts';
import type { Context, Outcome, Raw, Words } from './command.ts';
import { environment, readConnection, withSession } from './request/connection.ts';
import { progressOf } from './result/progress.ts';
import { lookSettings, type SettingsReader, textOption, timeoutSetting } from './request/settings.ts';
import { withTimeout } from './request/timeout.ts';

/** Writes a pgseq.json for one database, never over one that is there. Without a password: that is left to the environment. */
export async function init(raw: Raw, words: Words, context: Context, settings: SettingsReader): Promise<Outcome> {
  const options = lookSettings(settings);
  const timeout = timeoutSetting(settings);
  settings.finish();
  const argument = words.one('connection');
  const name = textOption(raw, 'config') ?? 'pgseq.json';
  if (existsSync(resolve(context.cwd, name))) throw isThere(name);
  const connection = readConnection(raw, argument, { urlVariables: true }, context);
  const links = await withTimeout(timeout, context, (timed) =>
    withSession(raw, argument, { jobs: 1, urlVariables: true }, timed, ({ db }) =>
      suggestedLinks(db, { ...options, ...progressOf(timed) }),
    ),
  );
  const where = whereabouts(connection, environment(raw, context));
  const text = configurationText(connection.database, where, raw, links);
  try {
    await writeFile(resolve(context.cwd, name), text, { flag: 'wx' });
  } catch (cause) {
    throw errorCode(cause) === 'EEXIST' ? isThere(name) : new Problem(`${name}: ${errorMessage(cause)}`, { cause });
  }
  const secrets = [...connection.given.keys()].filter((keyword) => where.connection !== undefined && isSecret(keyword));
  if (secrets.length > 0)
    context.tell(
      `the ${secrets[0]} was not written to ${name}: keep the connection in a variable ("env"), or use PGPASSWORD or .pgpass`,
    );
  await context.output.write(text);
  return 'in step';
}

function isThere(name: string): Problem {
  return new Problem(`${name} exists already and was not changed`, { hint: 'to write another: --config FILE' });
}

/** What the file says of where the database is: the variable that said it, or all that was typed but secrets. */
function whereabouts(
  { given, origin }: ConnectionSettings,
  env: Context['env'],
): { readonly env?: string; readonly connection?: string } {
  const origins = new Set(origin.values());
  const variable = ['DATABASE_URL', 'POSTGRES_URL'].find((one) => origins.has(one) && env[one] !== undefined);
  if (variable !== undefined) return { env: variable };
  const typed = [...given].filter(
    ([keyword]) => !isSecret(keyword) && /^(the connection argument$|--)/.test(origin.get(keyword) ?? ''),
  );
  return typed.length === 0 ? {} : { connection: keywordValue(new Map(typed)) };
}

/** What was typed is said; what is only guessed stands in comments, to be chosen from. */
function configurationText(database: string, where: object, raw: Raw, links: readonly string[]): string {
  const role = textOption(raw, 'role');
  const said = Object.entries({ ...where, ...(role === undefined ? {} : { role }) }).map(
    ([key, value]) => `      ${JSON.stringify(key)}: ${JSON.stringify(value)},`,
  );
  const guessed =
    links.length === 0
      ? []
      : [
          '      "links": [',
          '        // By their names, these sequences may feed these columns; keep what is true, delete the rest',
          ...links.map((link) => `        // ${JSON.stringify(link)},`),
          '      ],',
        ];
  const lines = [
    '{',
    '  "$schema": "./node_modules/pgseq/schema/pgseq.schema.json",',
    '  "databases": {',
    `    ${JSON.stringify(database)}: {`,
    ...said,
    ...guessed,
    '    },',
    '  },',
    '}',
  ];
  // Strict readers of JSON take no comma at the end of a list
  return `${lines
    .join('\n')
    .replaceAll(/,(\n\s*[}\]])/g, '$1')
    .replace(/\{\s*\}/, '{}')}\n`;
}
