import { type Attempt, Healer } from '../heal/healer.ts';
import { curesLater } from '../heal/healed-connection.ts';
import type { HealOptions } from '../heal/options.ts';
import { hasKey, isRepeatable, mentions } from '../heal/statement.ts';
import type { Queryable } from '../pg/queryable.ts';
import { type Execute, inside, oneByOne, ownTransactions } from '../pg/query/statements.ts';

/** What is asked of a client of Prisma, or of the one that an interactive transaction is given. */
export interface PrismaTransaction {
  $queryRawUnsafe<T = unknown>(query: string): PromiseLike<T>;
}

/** A client of Prisma 6.16 or newer with a driver adapter. */
export interface PrismaClientLike extends PrismaTransaction {
  // oxlint-disable-next-line typescript/no-explicit-any -- the client that it lends is of a type that was generated for a schema
  $transaction(work: (transaction: any) => Promise<any>, options: any): Promise<any>;
}

const nowhere = { host: null, port: null };

/** Milliseconds: its own limit for a transaction, 5 seconds, is not meant for a survey; pgseq sets one for each statement. */
const patience = 24 * 60 * 60 * 1000;

/** Prisma as pgseq needs it: a client, or what an interactive transaction is given, which all then becomes a part of. */
export function queryable(prisma: PrismaClientLike | PrismaTransaction): Queryable {
  // Both may have $transaction, and only the client connects
  if (typeof (prisma as { $connect?: unknown }).$connect !== 'function') return inside(nowhere, executeOn(prisma));
  const client = prisma as PrismaClientLike;
  return ownTransactions({
    ...nowhere,
    beside: (sql) => Promise.resolve(client.$queryRawUnsafe(sql)),
    open: async (mode, work) =>
      (await client.$transaction(
        async (transaction: PrismaTransaction) => {
          const execute = executeOn(transaction);
          await execute([`set transaction ${mode}`]);
          return await work(execute);
        },
        { isolationLevel: 'ReadCommitted', timeout: patience, maxWait: 10_000 },
      )) as never,
  });
}

/** What Prisma tells an extension of an operation. */
interface Operation {
  readonly model?: string;
  readonly operation: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the operation takes
  readonly args: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the operation gives
  query(args: any): Promise<any>;
}

/**
 * An extension: `prisma.$extends(heal(prisma))`. An operation that fails because a sequence is behind moves that sequence and is run
 * again; inside of `$transaction` its error says that the transaction will succeed when it is run again.
 */
export function heal(
  prisma: PrismaClientLike,
  options: HealOptions = {},
  // oxlint-disable-next-line typescript/no-explicit-any -- see Operation
): { name: string; query: { $allOperations(operation: Operation): Promise<any> } } {
  const healer = new Healer(options);
  const db = queryable(prisma);
  return {
    name: 'pgseq',
    query: {
      $allOperations(operation) {
        const { args } = operation;
        const since = performance.now();
        return operation.query(args).catch(async (error: unknown) => {
          const sql = rawTextOf(operation);
          if (sql !== undefined && !isRepeatable(sql)) throw error;
          const attempt = { since, names: givesKey(args, sql) };
          if (isInTransaction(operation)) await curesLater(healer, error, attempt, () => db);
          else if ((await healer.cures(error, attempt, () => db)) !== null)
            return (await operation.query(args)) as unknown;
          throw error;
        });
      },
    },
  };
}

/** The text of a raw operation; undefined of any other. */
function rawTextOf({ operation, args }: Operation): string | undefined {
  if (!/^\$(?:execute|query)Raw/.test(operation)) return undefined;
  const { 0: first, sql, text } = args as { 0?: unknown; sql?: unknown; text?: unknown };
  return [first, sql, text].find((one) => typeof one === 'string') ?? '';
}

/** Prisma does not pass on which key exists already: whether the operation gives one is told by the columns that it names. */
function givesKey(args: unknown, sql: string | undefined): NonNullable<Attempt['names']> {
  return (value, columns) => sql !== undefined || hasKey(args, columns) || (value !== null && mentions(args, value));
}

/** Nobody may ask an extension's argument for this, but there is no other way to see that an operation is part of a transaction. */
function isInTransaction(operation: Operation): boolean {
  // oxlint-disable-next-line eslint/no-underscore-dangle -- the name is Prisma's
  return (operation as { __internalParams?: { transaction?: unknown } }).__internalParams?.transaction !== undefined;
}

function executeOn(prisma: PrismaTransaction): Execute {
  return oneByOne(async (sql) => {
    try {
      return await prisma.$queryRawUnsafe<readonly unknown[]>(sql);
    } catch (error) {
      throw fromServer(error);
    }
  });
}

/** PostgreSQL's error out of Prisma's, whose code is one of Prisma's own. */
function fromServer(error: unknown): unknown {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: Readonly<Record<string, unknown>> } } };
  const {
    originalCode,
    originalMessage,
    code = originalCode,
    message = originalMessage,
  } = meta?.driverAdapterError?.cause ?? {};
  if (typeof code !== 'string') return error;
  return Object.assign(new Error(String(message), { cause: error }), { code });
}
