import { heal, queryable } from '../../../src/adapters/prisma.ts';
import { load, type Module, type Version } from '../clients.ts';
import type { Application, Subject, Writer } from '../subject.ts';

function writer(prisma: Module): Writer {
  return {
    insert: (name) => prisma.user.create({ data: { name } }),
    insertWith: (data) => prisma.user.create({ data }),
  };
}

/** A client of Prisma, on at most so many connections. */
export async function prismaAt(url: string, version: Version, most: number): Promise<Module> {
  const { PrismaClient } = await load(version, '@prisma/client');
  const { PrismaPg } = await load(version, '@prisma/adapter-pg');
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: most }) });
}

export const prisma: Subject = {
  name: 'Prisma',
  lacks: ['first in a transaction', 'savepoints'],
  async open(url, version, most) {
    const prisma = await prismaAt(url, version, most);
    const application = (on: Module): Application => ({
      ...writer(on),
      transaction: (work, isolation) =>
        on.$transaction((inside: Module) => work({ ...writer(inside), queryable: queryable(inside) }), {
          isolationLevel: isolation === undefined ? 'ReadCommitted' : 'RepeatableRead',
          timeout: 60_000,
        }),
    });
    return {
      queryable: queryable(prisma),
      plain: application(prisma),
      healed: (options) => application(prisma.$extends(heal(prisma, options))),
      close: () => prisma.$disconnect(),
    };
  },
};
