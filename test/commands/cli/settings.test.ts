import { test } from 'node:test';
import { pgseq } from '../../support/pgseq.ts';
import { ends } from '../support.ts';

// Nothing is connected to before all settings were read: the port is one where nothing listens
const nowhere = 'postgres://postgres@127.0.0.1:1/none';

test('every mistake in the settings is told at once', async () => {
  const mistakes =
    '--format yaml --fail-on disaster --method push -t a.b.c -T "open -n a.b -N a. --sequence ( --link x ' +
    '--near-limit 101% --max-jump half --statement-timeout 5 --margin -1 --to ten --lock-timeout 1_ms --wait forever ' +
    '--jobs 33 --timeout 600h';
  ends(await pgseq(['fix', ...mistakes.split(' '), nowhere]), {
    code: 2,
    stderr: `pgseq: --method push: not one of auto, step, lock
--format yaml: not one of text, json
--fail-on disaster: not one of error, warning, none
-t a.b.c: too many dots in a pattern (schema.name at most)
-T "open: a double quote is not closed in this pattern
-n a.b: a schema pattern cannot have a dot outside double quotes
-N a.: a schema pattern cannot have a dot outside double quotes
--sequence (: not a pattern: missing closing )
--link x: expected one "=" between the sequence and its columns
  write it as --link 'public.hibernate_sequence=public.users.id,public.orders.id@below'
--near-limit 101%: not a percentage from 0% to 100%
--max-jump half: not a percentage from 0% to 100%
--statement-timeout 5: not a duration
  write a number with its unit: --statement-timeout 300ms, --statement-timeout 5s, --statement-timeout 2m
--margin -1: less than 0
--wait forever: not a duration
  write a number with its unit: --wait 300ms, --wait 5s, --wait 2m
--to ten: not a whole number
--lock-timeout 1_ms: not a duration
  write a number with its unit: --lock-timeout 300ms, --lock-timeout 5s, --lock-timeout 2m
--jobs 33: at most 32 connections, to leave room for others
--timeout 600h: PostgreSQL allows at most 24 days
`,
  });
});

for (const [args, message] of [
  [['check', '--jobs', '0'], '--jobs 0: less than 1'],
  [['check', '--jobs', '1.5'], '--jobs 1.5: not a whole number'],
  [
    ['check', '--format', 'JSON'],
    '--format JSON: not one of text, json, github, junit, markdown, prometheus\n  did you mean json?',
  ],
  [['fix', '--fail-on', 'warn1ng'], '--fail-on warn1ng: not one of error, warning, none\n  did you mean warning?'],
  [['fix', '--format', 'junit'], '--format junit: not one of text, json'],
  [['check', '-t', ''], '-t "": a part of this pattern is empty'],
  [['fix', '--to', '5'], '--to moves one sequence: name it with one --sequence'],
  [['fix', '--to', '5', '--sequence', 'a', '--sequence', 'b'], '--to moves one sequence: name it with one --sequence'],
  [['check', '--url', nowhere], 'the connection is given twice: as the argument and with --url'],
] as const) {
  test(`a mistake in a setting: pgseq ${args.join(' ')}`, async () => {
    ends(await pgseq([...args, nowhere]), { code: 2, stderr: `pgseq: ${message}\n` });
  });
}

for (const [link, why] of [
  ['s=t', 'expected schema.table.column, not "t"'],
  ['s=a.b.c.d', 'expected schema.table.column, not "a.b.c.d"'],
  ['a.b.c=t.id', 'expected schema.sequence before "="'],
  ['s=t.id=u.id', 'expected one "=" between the sequence and its columns'],
  ['s=t.id,', 'expected schema.table.column, not ""'],
  ['s=t.id@beside', 'expected single, below or above after @, not "beside"'],
  ['s=t.id@below@above', 'expected single, below or above after @, not "below@above"'],
  ['="t".id', 'expected schema.sequence before "="'],
] as const) {
  test(`a link that cannot be read: ${link}`, async () => {
    ends(await pgseq(['check', '--link', link, nowhere]), {
      code: 2,
      stderr:
        `pgseq: --link ${link}: ${why}\n` +
        "  write it as --link 'public.hibernate_sequence=public.users.id,public.orders.id@below'\n",
    });
  });
}
