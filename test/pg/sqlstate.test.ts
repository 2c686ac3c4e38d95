import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { failureOf, sqlState } from '../../src/pg/sqlstate.ts';
import { isLost } from '../../src/pg/connection/session.ts';

const coded = (code: unknown, more: object = {}): Error => Object.assign(new Error('said'), { code, ...more });

test('a SQLSTATE is what PostgreSQL sends, and no code of anybody else', () => {
  const states = ['23505', '42P01', 'P0001', 'XX000', 'HV00N', 'F0001', '0A000', 'SQ001', '57P01'];
  for (const code of states) assert.equal(sqlState(coded(code)), code);
  const others = [
    ...Object.keys(constants.errno),
    'EAI_AGAIN',
    'ENOTFOUND',
    'EOF',
    'ERR_SOCKET_CLOSED',
    'CERT_HAS_EXPIRED',
    'ABORT_ERR',
    'Z_BUF_ERROR', // Node's
    'P1001',
    'P1017',
    'P2002',
    'P2010',
    'P2024',
    'P2028',
    'P6001', // Prisma's
    'CONNECTION_CLOSED', // postgres.js
    'ER_DUP_ENTRY',
    'PROTOCOL_CONNECTION_LOST',
    'ERR_SQLITE_ERROR',
    undefined,
    null,
    23505,
    '',
    '2350',
    '235055',
    '2350a',
    ' 2350',
  ];
  for (const code of others) assert.equal(sqlState(coded(code)), undefined, String(code));
  for (const error of [null, undefined, 'EPIPE', {}]) assert.equal(sqlState(error), undefined);
  // A function may raise what looks like a system's code; the server says it then
  assert.equal(sqlState(coded('EPIPE', { severity: 'ERROR' })), 'EPIPE');
});

test('a session that the operating system reports as gone is lost, whatever its code looks like', () => {
  for (const code of ['EPIPE', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETDOWN', 'ECONNABORTED', 'ENOTCONN']) {
    assert.equal(failureOf(coded(code)), 'lost', code);
    assert.ok(isLost(coded(code)), code);
  }
  for (const code of ['EPERM', 'EBUSY', 'EBADF', 'EROFS', 'P1017']) assert.equal(failureOf(coded(code)), 'lost', code);
  assert.equal(failureOf(coded('23505')), 'error');
});
