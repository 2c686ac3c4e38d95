import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Clients, clientsFor, dump, withoutClients } from '../../support/clients.ts';
import { type Database, withDatabase } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { servers } from '../../support/servers.ts';
import { all, application, type Way, ways } from './ways.ts';
import type { JsonReport } from '../support.ts';

// Every way to dump and restore that is known to matter to sequences, on every major with a pg_dump that reads it: after `pgseq restore`
// an ordinary insert works, wherever there is a table to insert into.

for (const server of servers)
  test(`restore of what every way of dumping makes (${server.name})`, { skip: withoutClients }, async (t) => {
    const clients = clientsFor(server.major) as Clients;
    t.diagnostic(`client programs of ${clients.major}`);
    const folder = mkdtempSync(join(tmpdir(), 'pgseq-restore-'));
    t.after(() => rmSync(folder, { recursive: true }));
    // One database is dumped in all ways: pg_dump only reads it
    await withDatabase(server, 'source', application, async (source) => {
      for (const [place, way] of ways.entries())
        if (clients.major >= (way.since ?? 0))
          await t.test(`restore of ${way.title}`, async () => {
            const archive = join(folder, String(place));
            dump(source, clients, [...way.dump, '--file', archive]);
            const more = way.prepare?.(archive, clients) ?? [];
            await withDatabase(server, `${way.title} restored`, '', async (target) => {
              if (way.schemaFirst === true) await target.query(application.replaceAll(/insert into.*?;/gs, ''));
              await restored(way, archive, [...(way.restore ?? []), ...more], clients, target);
            });
          });
    });
  });

async function restored(
  way: Way,
  archive: string,
  options: readonly string[],
  clients: Clients,
  target: Database,
): Promise<void> {
  const { code, stdout, stderr } = await pgseq(
    ['restore', '--format', 'json', '--bin-dir', clients.binDir, ...options, archive, target.url],
    {},
  );
  assert.notEqual(stdout, '', stderr);
  const report = JSON.parse(stdout) as JsonReport & { errors: string[]; warnings: string[]; exitCode: number };
  // pg_dump since 17 sets transaction_timeout, of which no older server has heard
  const isNoisy = clients.major >= 17 && target.server.major < 17;
  const isScript = way.dump.includes('-Fp');
  const hasErrors = way.fails === true || isNoisy;
  assert.equal(code, hasErrors ? (isScript ? 2 : 1) : 0, stdout + stderr);
  assert.equal(report.errors.length > 0, hasErrors, report.errors.join('\n'));
  for (const [at, warning] of (way.warns ?? []).entries()) assert.match(report.warnings[at] ?? '', warning);
  assert.equal(report.warnings.length, way.warns?.length ?? 0, report.warnings.join('\n'));
  for (const warning of report.warnings) assert.ok(stderr.indexOf(warning) < stderr.indexOf('restoring '), stderr);
  const moved = report.sequences.filter(({ action }) => action === 'moved').map(({ name }) => name);
  if (way.swallows === undefined) assert.deepEqual(moved, way.moved ?? []);
  else
    assert.ok(
      moved.every((name) => way.swallows?.includes(name)),
      moved.join(', '),
    );
  assert.deepEqual([report.summary['behind'], report.summary['unknown']], [0, 0]);
  for (const table of way.inserts ?? all)
    await target.query(`insert into ${table} ${table === 'p' ? '(k) values (1)' : 'default values'}`);
}
