import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uniqueViolation } from '../../../src/pg/query/unique-violation.ts';

const heard = { schema: 'public', table: 'users', constraint: 'users_pkey', value: '5' };
const driver = {
  code: '23505',
  schema: 'public',
  table: 'users',
  constraint: 'users_pkey',
  detail: 'Key (id)=(5) already exists.',
};

test('a unique violation is found in the errors of every library', () => {
  const errors: Record<string, unknown> = {
    'node-postgres': Object.assign(new Error('duplicate key'), driver),
    'postgres.js': {
      code: '23505',
      schema_name: 'public',
      table_name: 'users',
      constraint_name: 'users_pkey',
      detail: driver.detail,
    },
    Drizzle: new Error('Failed query', { cause: driver }),
    TypeORM: Object.assign(new Error('duplicate key'), { driverError: driver }),
    Sequelize: Object.assign(new Error('Validation error'), { parent: driver, original: driver }),
    'in German': { ...driver, detail: 'Schlüssel »(id)=(5)« existiert bereits.' },
  };
  for (const [name, error] of Object.entries(errors)) assert.deepEqual(uniqueViolation(error), heard, name);
});

test('Prisma says what its driver adapter has heard, without the key', () => {
  const cause = {
    originalCode: '23505',
    originalMessage: 'duplicate key value violates unique constraint "users_pkey"',
  };
  const newer = { ...cause, kind: 'UniqueConstraintViolation', constraint: { index: 'users_pkey' } };
  const older = { ...cause, kind: 'UniqueConstraintViolation', constraint: { fields: ['id'] } };
  const found = { schema: null, table: null, constraint: 'users_pkey', value: null };
  for (const about of [newer, older])
    for (const code of ['P2002', 'P2010'])
      assert.deepEqual(uniqueViolation({ code, meta: { driverAdapterError: { cause: about } } }), found);
  assert.deepEqual(uniqueViolation({ code: 'P2002', meta: { target: 'users_pkey' } }), found, 'its own engine');
});

test('names with quotes and newlines, keys of several columns', () => {
  const odd = {
    code: '23505',
    constraint: 'a"b\n%',
    table: 't',
    schema: 's',
    detail: 'Key (a, "b)=(")=(1, x) already exists.',
  };
  assert.equal(uniqueViolation(odd)?.constraint, 'a"b\n%');
  assert.equal(uniqueViolation({ ...odd, detail: 'Key (a, b)=(1, x) already exists.' })?.value, '1, x');
});

test('what is none is none', () => {
  const circle: { cause?: unknown } = new Error('circle');
  circle.cause = circle;
  const others = [
    undefined,
    null,
    'text',
    5,
    new Error('x'),
    { code: '23P01' },
    { code: 'P2010', meta: { code: '22012' } },
    { code: 'P2025' },
    circle,
    { code: '23505' },
  ];
  for (const error of others) assert.equal(uniqueViolation(error), null);
});
