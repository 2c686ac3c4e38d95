import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { readConninfo } from '../../src/pg/conninfo/index.ts';
import { clientFolder } from '../adapters/clients.ts';
import type { Database } from '../support/database.ts';
import { fromRoot } from '../support/root.ts';
import type { Server } from '../support/server.ts';
import type { Mariadb } from '../support/mariadb.ts';
import { rowsAt } from '../support/session.ts';
import { type Block, blocksOf, withBlocks } from './markdown.ts';
import { renamed, rolesVariable, shownError, statementsOf } from './psql.ts';
import { type Ran, run } from './shell.ts';
import { makeSqlite } from './sources.ts';

/** Whether outputs are written into the pages instead of compared with them. */
export const isUpdate = process.env['UPDATE_DOCS'] === '1';

/** Where the files of a page's examples stand: within the package, so that they can import it by its name. */
export function directoryOf(page: string): string {
  const name = page.replaceAll(/[^a-z0-9]+/gi, '-');
  return needsClients(page) ? clientFolder(name) : fromRoot('build', 'docs', name);
}

/** Whether a page's examples import clients, so that they run where those are installed. */
export function needsClients(page: string): boolean {
  return page.startsWith('docs/clients/') || page === 'docs/recipes/seeds.md' || page === 'docs/recipes/test-suites.md';
}

/** Where a page's commands are run. */
export interface Stage {
  readonly database: Database;
  /** A standby of its server, for `console standby`. */
  readonly standby?: Server | undefined;
  /** A MariaDB, for `sql mariadb`; it has an empty database `shop`. */
  readonly mariadb?: Mariadb | undefined;
}

/** Runs the blocks of a page in order and compares what they bring with what the page says. Returns the page as it should be. */
export async function runPage(page: string, markdown: string, stage: Stage): Promise<string> {
  const blocks = blocksOf(markdown);
  const actor = new Actor(page, markdown, stage);
  await actor.prepare();
  const texts = new Map<number, string>();
  for (const [place, block] of blocks.entries()) {
    const kind = kinds[block.kind];
    assert.ok(kind !== undefined, `${page}:${block.line}: nobody runs a block of kind "${block.kind}"`);
    const found = await kind(actor, block, blocks[place + 1]);
    if (found === block.text) continue;
    if (!isUpdate)
      assert.equal(block.text, found, `${page}:${block.line} (UPDATE_DOCS=1 writes what is true into the page)`);
    texts.set(place, found);
  }
  return withBlocks(markdown, texts);
}

/** Runs a block; returns what its text should be. */
type Kind = (actor: Actor, block: Block, following: Block | undefined) => Promise<string> | string;

const kinds: Readonly<Record<string, Kind>> = {
  sql: (actor, block) => actor.sql(block),
  console: (actor, block, following) => actor.console(block, following?.kind === 'json' && following.argument === ''),
  json: (actor, block) => (block.argument === '' ? actor.json(block) : actor.file(block)),
  help: (actor, block) => actor.help(block),
  ini: (actor, block) => actor.file(block),
  csv: (actor, block) => actor.file(block),
  js: (actor, block) => actor.file(block),
  yaml: (_, block) => whole(block),
  make: (_, block) => whole(block),
  // scripts/docs.mjs writes and checks them
  types: (_, block) => block.text,
  // Compiled with those of all other pages before any page is run
  ts: (_, block) => block.text,
  conninfo(_, block) {
    for (const line of block.text.split('\n')) readConninfo({ conninfo: line, env: {}, home: '/nowhere' });
    return block.text;
  },
  // What .ci/run does with the whole checkout
  sh(_, block) {
    const known = ['npm ci && npx pgseq demo', 'npm ci && npm test'];
    for (const line of block.text.split('\n')) assert.ok(known.includes(line), `nobody runs ${line}`);
    return block.text;
  },
};

/** A file of the repository, which has its own test. */
function whole({ argument }: Block): string {
  return readFileSync(fromRoot(argument), 'utf8').trimEnd();
}

/** Who runs the blocks of one page: as the database's owner, who is no superuser. */
class Actor {
  readonly #page: string;
  readonly #stage: Stage;
  readonly #directory: string;
  readonly #roles: Record<string, string>;
  #last: Ran = { code: 0, output: '' };
  #session: pg.Client | undefined;
  #other: pg.Client | undefined;

  constructor(page: string, markdown: string, stage: Stage) {
    this.#page = page;
    this.#stage = stage;
    this.#directory = directoryOf(page);
    const names = [...markdown.matchAll(/\bcreate role "?(\w+)/g)].map((match) => match[1] ?? '');
    this.#roles = Object.fromEntries(['app', 'pgseq_fixer', ...names].map((name) => [name, stage.database.role(name)]));
  }

  async prepare(): Promise<void> {
    const { database } = this.#stage;
    mkdirSync(this.#directory, { recursive: true });
    await database.query(
      `create role ${this.#owner} login; alter database ${database.name} owner to ${this.#owner}; alter schema public owner to ${this.#owner}`,
    );
    this.#session = await database.connect({ user: this.#owner });
  }

  get #owner(): string {
    return this.#roles['app'] ?? '';
  }

  /** Runs statement by statement; errors are those of the comment at its end. */
  async sql({ text, argument }: Block): Promise<string> {
    const [, sql = '', expected] = /^(.*?)((?:\n-- (?:ERROR|DETAIL|HINT): .*)*)$/s.exec(text) ?? [];
    const { database, mariadb } = this.#stage;
    const [, sqlite] = /^sqlite (.+)$/.exec(argument) ?? [];
    if (sqlite !== undefined) makeSqlite(this.#directory, sqlite, text);
    if (argument === 'mariadb') mariadb?.run(text, 'shop');
    if (sqlite !== undefined || argument === 'mariadb') return text;
    let error: unknown;
    for (const statement of statementsOf(renamed(sql, this.#roles))) {
      assert.equal(error, undefined, `only the last statement may fail: ${String(error)}`);
      try {
        if (argument === 'superuser') await database.query(statement);
        else if (argument === 'session')
          await (this.#other ??= await database.connect({ user: this.#owner })).query(statement);
        else await this.#session?.query(statement);
      } catch (cause) {
        error = cause;
      }
    }
    if (error !== undefined && (expected === '' || expected === undefined)) throw error;
    return error === undefined ? sql : `${sql}\n${this.#shown(shownError(error)).replaceAll(/^/gm, '-- ')}`;
  }

  /** Runs the commands behind each `$ `; what a command prints follows it, and `$ echo $?` where it does not end with 0. */
  async console({ text, argument, line }: Block, isJson: boolean): Promise<string> {
    const commands = argument === 'demo' ? [text.split('\n')[0] ?? ''] : (text.match(/^\$ (?:.*\\\n)*.*$/gm) ?? []);
    const shown: string[] = [];
    const { standby, database } = this.#stage;
    const server = (argument === 'standby' ? standby : undefined) ?? database.server;
    if (server === standby) await caughtUp(database.server, server);
    for (const [place, command] of commands.entries()) {
      const isAsked = commands[place + 1] === '$ echo $?';
      this.#last = await run(this.#meant(command.slice(2)), this.#last.code, this.#directory, {
        PGHOST: server.host,
        PGPORT: String(server.port),
        PGUSER: this.#owner,
        PGDATABASE: database.name,
        [rolesVariable]: JSON.stringify(this.#roles),
      });
      const { code, output } = this.#last;
      assert.ok(
        code === 0 || isAsked,
        `${this.#page}:${line}: ${command} ended with ${code}, and no "$ echo $?" follows:\n${output}`,
      );
      const isTold = isJson && place === commands.length - 1;
      shown.push(command, ...(output === '' || isTold ? [] : [this.#shown(output).replace(/\n$/, '')]));
    }
    return shown.join('\n');
  }

  /** The output of the last command, whatever its spacing. */
  json({ text }: Block): string {
    const found = JSON.parse(this.#shown(this.#last.output)) as unknown;
    try {
      assert.deepEqual(JSON.parse(text === '' ? 'null' : text), found);
      return text;
    } catch (error) {
      if (isUpdate) return JSON.stringify(found, null, 2);
      throw error;
    }
  }

  /** What `pgseq … --help` prints. scripts/docs.mjs writes it. */
  async help({ argument }: Block): Promise<string> {
    const { output } = await run(`pgseq ${argument} --help`, 0, this.#directory, {});
    return output.trimEnd();
  }

  file({ text, argument }: Block): string {
    assert.match(argument, /^[\w.-]+$/, 'a block that is a file begins with its name');
    writeFileSync(join(this.#directory, argument), `${this.#meant(text)}\n`, { mode: 0o600 });
    return text;
  }

  /** The page's words in those of this run. */
  #meant(text: string): string {
    const { name, server } = this.#stage.database;
    const url = server.url(name, this.#owner);
    const source = this.#stage.mariadb?.url('shop') ?? '';
    return renamed(
      text.replaceAll('postgres://app@localhost/app', url).replaceAll('mysql://root@localhost/shop', source),
      this.#roles,
    );
  }

  /** What this run printed in the page's words. */
  #shown(text: string): string {
    const { name, server } = this.#stage.database;
    const roles = Object.entries(this.#roles).toSorted(([, a], [, b]) => b.length - a.length);
    return roles
      .reduce(
        (all, [role, real]) => all.replaceAll(real, role),
        text
          .replaceAll(server.url(name, this.#owner), 'postgres://app@localhost/app')
          .replaceAll(this.#stage.mariadb?.url('shop') ?? '\0', 'mysql://root@localhost/shop'),
      )
      .replaceAll(name, 'app')
      .replaceAll(`${server.host}:${server.port}`, 'localhost:5432')
      .replaceAll(`"${server.host}"`, '"localhost"')
      .replaceAll(`"port": ${server.port}`, '"port": 5432')
      .replaceAll(/"serverVersion": "[^"]*"/g, '"serverVersion": "18.4"')
      .replaceAll(/\bprocess \d+/g, 'process 4711')
      .replaceAll(/"pid": "?\d+"?/g, '"pid": 4711')
      .replaceAll(/, open for \d+ s/g, ', open for 3 s');
  }
}

/** Waits until a standby shows what its primary has written until now. */
async function caughtUp(primary: Server, standby: Server): Promise<void> {
  const [[position = ''] = []] = await rowsAt(primary.url('postgres'), 'select pg_current_wal_flush_lsn()');
  const question = `select pg_last_wal_replay_lsn() >= '${position}'`;
  while ((await rowsAt(standby.url('postgres'), question))[0]?.[0] !== 't') await sleep(10);
}
