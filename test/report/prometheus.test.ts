import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import parse from 'parse-prometheus-text-format';
import { folder } from '../commands/support.ts';
import { prometheus } from '../../src/report/prometheus.ts';
import { readFileSync } from 'node:fs';
import { databaseTest } from '../support/database.ts';
import { pgseq } from '../support/pgseq.ts';
import { newest } from '../support/servers.ts';
import { checked, closedTo, hostileNames, hostileSetup, plain, several, statesSetup } from './support.ts';

/** A metric's values by their labels: `database=shop state=ok`. */
type Series = Readonly<Record<string, string>>;

/** Reads an exposition by two parsers and by the rules that promtool lints by; the series of each metric. */
function read(text: string): Readonly<Record<string, Series>> {
  lint(text);
  const found: Record<string, Series> = {};
  for (const { name, help, type, metrics } of parse(text)) {
    assert.ok(!(name in found), `${name} is one group`);
    assert.equal(type, 'GAUGE');
    assert.notEqual(help, '');
    const series = metrics.map(({ labels = {}, value }) => [
      Object.entries(labels)
        .map(([label, of]) => `${label}=${of}`)
        .join(' '),
      value,
    ]);
    assert.equal(new Set(series.map(([labels]) => labels)).size, series.length, `${name}: no series twice`);
    found[name] = Object.fromEntries(series) as Series;
  }
  return found;
}

/**
 * The grammar of https://prometheus.io/docs/instrumenting/exposition_formats/, line by line, and the rules of promtool's `check metrics` that
 * can apply to gauges. Where promtool is installed it has its say too.
 */
function lint(text: string): void {
  assert.ok(text.endsWith('\n'));
  let metric = '';
  const done = new Set<string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = ''] = /^# (HELP|TYPE) ([a-z_]+) \S/.exec(line) ?? [];
    if (kind === 'HELP') {
      assert.ok(!done.has(name), `${name} is one group`);
      assert.match(name, /^pgseq_[a-z]+(_[a-z]+)*$/);
      assert.doesNotMatch(name, /_(total|count|sum|bucket|info)$|gauge|counter|percent|milli|minutes|hours|bits/);
      done.add(name);
      metric = name;
    } else if (kind === 'TYPE') {
      assert.equal(line, `# TYPE ${metric} gauge`);
    } else {
      const label = '[a-z]+="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
      assert.match(
        line,
        new RegExp(`^${metric}\\{${label}(?:,${label})*\\} (?:-?[0-9]+(?:\\.[0-9]+)?(?:e-[0-9]+)?)$`, 'u'),
      );
    }
  }
  const promtool = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (promtool.error === undefined) assert.deepEqual([promtool.status, promtool.stderr], [0, '']);
}

databaseTest('how far behind, how long until a collision, how much is left', newest, statesSetup, async (db) => {
  const role = await closedTo(db);
  const metrics = read(prometheus.check(await checked(db, { role }), plain));
  const at = (labels: string): string => `database=${db.name} ${labels}`;
  const sequence = (name: string): string => at(`schema=public sequence=${name}`);
  assert.deepEqual(metrics['pgseq_check_success'], { [`database=${db.name}`]: '0' }, 'one is unknown');
  assert.deepEqual(metrics['pgseq_sequences'], {
    [at('state=behind')]: '1',
    [at('state=exhausted')]: '1',
    [at('state=unknown')]: '1',
    [at('state=ok')]: '2',
    [at('state=empty')]: '1',
    [at('state=unlinked')]: '1',
    [at('state=incomparable')]: '1',
  });
  assert.deepEqual(metrics['pgseq_findings'], {
    [at('level=error')]: '2',
    [at('level=warning')]: '2',
    [at('level=info')]: '2',
  });
  assert.deepEqual(Object.keys(metrics['pgseq_sequence_state'] ?? {}), [
    `${sequence('behind_id_seq')} state=behind`,
    `${sequence('closed_id_seq')} state=unknown`,
    `${sequence('empty_id_seq')} state=empty`,
    `${sequence('exhausted_id_seq')} state=exhausted`,
    `${sequence('near_id_seq')} state=ok`,
    `${sequence('numbers')} state=incomparable`,
    `${sequence('ok_id_seq')} state=ok`,
    `${sequence('unlinked')} state=unlinked`,
  ]);
  assert.deepEqual(new Set(Object.values(metrics['pgseq_sequence_state'] ?? {})), new Set(['1']));
  // Nothing is said of those that cannot be compared, or were not read
  assert.deepEqual(metrics['pgseq_sequence_behind_calls'], {
    [sequence('behind_id_seq')]: '9',
    [sequence('empty_id_seq')]: '0',
    [sequence('near_id_seq')]: '0',
    [sequence('ok_id_seq')]: '0',
  });
  assert.deepEqual(metrics['pgseq_sequence_collision_after_calls'], { [sequence('behind_id_seq')]: '3' });
  const remaining = metrics['pgseq_sequence_remaining_calls'] ?? {};
  assert.deepEqual(
    [remaining[sequence('exhausted_id_seq')], remaining[sequence('near_id_seq')], remaining[sequence('ok_id_seq')]],
    ['0', '767', '9223372036854775806'],
  );
  const used = metrics['pgseq_sequence_used_ratio'] ?? {};
  assert.deepEqual([used[sequence('exhausted_id_seq')], used[sequence('empty_id_seq')]], ['1', '0']);
  assert.ok(Math.abs(Number(used[sequence('near_id_seq')]) - 32000 / 32767) < 1e-6);
});

databaseTest('several databases, some unchecked', newest, statesSetup, async (db) => {
  const metrics = read(prometheus.checkAll(several(await checked(db)), plain));
  assert.deepEqual(metrics['pgseq_check_success'], {
    'database=shop': '1',
    'database=shop of <yesterday>': '0',
    'database=shop again': '1',
  });
  assert.deepEqual(Object.keys(metrics['pgseq_sequence_collision_after_calls'] ?? {}), [
    'database=shop schema=public sequence=behind_id_seq',
    'database=shop again schema=public sequence=behind_id_seq',
  ]);
  assert.equal(prometheus.checkAll([], plain), '');
});

databaseTest('a database without sequences', newest, '', async (db) => {
  const metrics = read(prometheus.check(await checked(db), plain));
  assert.deepEqual(Object.keys(metrics), [
    'pgseq_check_success',
    'pgseq_sequences',
    'pgseq_findings',
    'pgseq_findings_accepted',
  ]);
  assert.deepEqual(metrics['pgseq_check_success'], { [`database=${db.name}`]: '1' });
});

/** A label with the characters in it that are shown by their numbers. */
function unescaped(label: string): string {
  return label.replaceAll(/\\u(?:\{(\w+)\}|(\w{4}))/g, (_, long?: string, short = '') =>
    String.fromCodePoint(Number.parseInt(long ?? short, 16)),
  );
}

databaseTest('labels are the names, whatever stands in them', newest, hostileSetup, async (db) => {
  const name = 'a\\"b\nc}';
  const text = prometheus.checkAll([{ name, report: await checked(db), error: null }], plain);
  const behind = read(text)['pgseq_sequence_behind_calls'] ?? {};
  assert.deepEqual(
    new Set(Object.keys(behind).map(unescaped)),
    new Set(hostileNames.map((one) => `database=${name} schema=${one} sequence=${one}`)),
  );
});

databaseTest('the command writes it to a file, again the same', newest, statesSetup, async (db, t) => {
  const cwd = folder(t, 'pgseq.prom', '');
  const args = ['check', '-q', '--fail-on', 'none', '--format', 'prometheus'];
  const { code, stdout } = await pgseq([...args, '--output', 'pgseq.prom', db.url], { cwd });
  assert.deepEqual([code, stdout], [0, '']);
  const text = readFileSync(`${cwd}/pgseq.prom`, 'utf8');
  assert.equal(Object.keys(read(text)).length, 9);
  assert.equal((await pgseq([...args, db.url])).stdout, text);
});
