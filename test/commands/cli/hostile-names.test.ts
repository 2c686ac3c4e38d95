import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { quoteIdentifier } from '../../../src/pg/identifier.ts';
import { shellWord } from '../../../src/pg/shell.ts';
import { hostileNames, hostileSetup } from '../../report/support.ts';
import { databaseTest, type Database } from '../../support/database.ts';
import { pgseq, type PgseqResult } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { folder } from '../support.ts';

/** What steers a terminal, hides, reorders, or is a command of a runner wherever it stands. */
const obeyed = /[^\P{Cc}\t]|[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]|##\w*\[/u;

/** Nothing of a name is on either stream that a terminal or a runner obeys, nor a line that a name begins. */
function isInert({ stdout, stderr }: PgseqResult, what: string): void {
  for (const [stream, text] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const)
    for (const line of text.split('\n')) {
      // The space without width is markup of ours, which keeps @ and # from being read
      const bare = line.replaceAll('&#8203;', '');
      assert.doesNotMatch(bare, obeyed, `${what}, ${stream}: ${JSON.stringify(line)}`);
      assert.doesNotMatch(bare, /^INJECTED/, `${what}, ${stream}: a line of a name's`);
      if (!what.includes('github') || !/^::(?:error|warning|notice) title=/.test(line))
        assert.doesNotMatch(bare, /^\s*::/, `${what}, ${stream}: ${JSON.stringify(line)}`);
    }
}

const formats = ['text', 'json', 'github', 'junit', 'markdown', 'prometheus'];

/** A script as pg_dump writes it, of a table that a sequence feeds; both with these names. */
function scriptOf(names: readonly string[]): string {
  return names
    .map((name) => {
      const [table, sequence] = [`"${name.replaceAll('"', '""')}"`, `"${name.replaceAll('"', '""')} s"`];
      const literal = `E'${sequence.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
      return `CREATE TABLE ${table} (id integer, no int);\nCREATE SEQUENCE ${sequence};\nALTER TABLE ONLY ${table} ALTER COLUMN id SET DEFAULT nextval(${literal}::regclass);\nCOPY ${table} (id) FROM stdin;\n1\n2\n\\.\n`;
    })
    .join('');
}

/** Names that fit with two more bytes, and that psql's own reading of a script takes. */
const short = hostileNames.filter((name) => Buffer.byteLength(name) < 60);

const noRights = async (db: Database): Promise<string> => {
  // 19 takes no line break in the name of a role
  const line = db.server.major < 19 ? '\n' : ' ';
  const role = db.role(`${line}::error::injected${line}##vso[x]\u202e`);
  await db.query(`create role ${quoteIdentifier(role)} login`);
  return role;
};

databaseTest('names in every format, on both streams', newest, hostileSetup, async (db, t) => {
  const cwd = folder(t, 'd.sql', scriptOf(short));
  const role = await noRights(db);
  const run = async (args: readonly string[], input?: string): Promise<PgseqResult> => {
    const result = await pgseq(args, { cwd, ...(input === undefined ? {} : { input }) });
    isInert(result, args.join(' ').slice(0, 80));
    return result;
  };
  for (const format of formats) {
    assert.equal((await run(['check', '--show-ok', '--format', format, db.url])).code, 1);
    await run(['check', '--show-ok', '--format', format, '--role', role, db.url]);
  }
  for (const format of ['text', 'json']) {
    for (const more of [['--dry-run'], ['--dry-run', '--role', role], ['--role', role]])
      await run(['fix', ...more, '--format', format, db.url]);
    for (const verb of ['install', 'status', 'disable', 'upgrade', 'remove'])
      await run(['guard', verb, ...(verb === 'remove' ? ['--all-tables'] : ['-t', '*.*']), '--format', format, db.url]);
    await run(['restore', '--inspect', 'd.sql', '--format', format]);
  }
  await run(['sql', 'role', role, db.url]);
  await run(['sql', 'migration', db.url]);
  await run(['baseline', db.url]);
  for (const format of ['text', 'json'])
    await run(['restore', 'd.sql', '--into-existing', '--format', format, '--url', db.url]);
  for (const name of hostileNames.filter((one) => obeyed.test(one) || one.includes('::'))) {
    const pattern = `"${name.replaceAll('"', '""')}"`;
    await run(['check', '--sequence', `${pattern}.nosuch`, db.url]);
    await run(['import', '-', '--input-format', 'csv', '--table', pattern, '--to', db.url], `id,${pattern}\n1,2\n`);
    await run(['import', '-', '--input-format', 'csv', '--table', `${pattern}.t`, '--to', db.url], 'a,b\n1,2\n');
    await run(['import', name, '--to', db.url]);
    await run(['explain', '--url', db.url, '-'], `duplicate key value violates unique constraint "${name}"`);
    await run(['explain', '-'], `duplicate key value violates unique constraint "${name}"`);
    await run(['check', '--database', name, db.url]);
    await run(['check', name, '--host', db.server.host, '--port', String(db.server.port), '-U', role]);
    await run(['check', '--role', name, db.url]);
    await run(['run', '--url', db.url, '--', name]);
    await run([name]);
    await run(['check', `--${name}`]);
  }
  assert.equal((await run(['fix', db.url])).code, 0);
});

/** The lines of a report that cure something, as they are pasted. */
function cures(text: string, what: RegExp): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => what.test(line));
}

databaseTest('cures in SQL work as they are printed', servers, hostileSetup, async (db) => {
  const role = await noRights(db);
  for (const name of hostileNames)
    await db.query(`grant usage on schema ${quoteIdentifier(name)} to ${quoteIdentifier(role)}`);
  const { stdout } = await pgseq(['check', '--role', role, db.url]);
  const grants = cures(stdout, /^grant /);
  for (const name of hostileNames)
    assert.ok(
      grants.some(
        (grant) =>
          grant.includes(`on sequence ${quoteIdentifier(name)}`) ||
          grant.includes(`sequences in schema ${quoteIdentifier(name)} `),
      ),
      name,
    );
  for (const grant of grants) await db.query(grant);
  const seen = await pgseq(['check', '--role', role, db.url]);
  assert.deepEqual(cures(seen.stdout, /^grant /), []);
  const denied = await pgseq(['fix', '--role', role, db.url]);
  assert.equal(denied.code, 2);
  for (const grant of new Set(cures(denied.stdout, /^grant /))) await db.query(grant);
  assert.equal((await pgseq(['fix', '--role', role, db.url])).code, 0);
});

databaseTest('the script of a dry run works as it is printed', newest, hostileSetup, async (db) => {
  for (const method of ['step', 'lock']) {
    const { stdout } = await pgseq([
      'fix',
      '--dry-run',
      '--method',
      method,
      '--margin',
      method === 'step' ? '0' : '9',
      db.url,
    ]);
    await db.query(stdout);
  }
  assert.equal((await pgseq(['fix', db.url])).code, 0);
  const [[behind] = []] = await db.query(
    'select count(*)::text from pg_sequences where last_value < 7 and sequencename <> $$lonely$$',
  );
  assert.equal(behind, '0');
});

test('words for a shell are read back as they were', () => {
  const words = [...hostileNames, "a'b\n\\", '\u0001\u00319', '\n', "\u202e'\\"];
  for (const shell of ['bash', 'zsh', 'ksh']) {
    const { error, stdout } = spawnSync(shell, ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], {
      encoding: 'utf8',
    });
    if (error === undefined) assert.deepEqual(stdout.split('\0').slice(0, -1), words, shell);
    else assert.notEqual(shell, 'bash');
  }
});
