import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBatches } from '../../../src/core/measure/run-batches.ts';
import type { Queryable } from '../../../src/pg/queryable.ts';

/** A session in which the statement that asks for `bad` fails with a SQLSTATE; it counts those, and answers with ones. */
function failing(code: string): { session: Queryable; failures: number } {
  const state = {
    failures: 0,
    session: {
      host: null,
      port: null,
      transaction(statements: readonly string[]) {
        const asked = (statements.at(-1) ?? '').split(',');
        if (!asked.some((one) => one.includes('bad'))) return Promise.resolve([asked.map(() => '1')]);
        state.failures++;
        return Promise.reject(Object.assign(new Error('no'), { code }));
      },
    },
  };
  return state;
}

const trust = { trustOwners: false, readForeign: false };
const queryOptions = { statementTimeout: 0, lockTimeout: 0 };
const questions = Array.from({ length: 64 }, (_, i) => ({
  sql: () => (i === 40 ? 'bad' : 'good'),
  relations: () => [],
  locks: 1,
  alone: false,
}));

for (const [code, failure, failures] of [
  ['55P03', 'lock', 2],
  ['57014', 'timeout', 2],
  ['42501', 'permission', 7],
] as const) {
  test(`a question that fails costs only itself, and is waited for twice at most: ${failure}`, async () => {
    const fake = failing(code);
    const answers = await runBatches([fake.session], questions, { queryOptions, trust, lockBudget: 400 });
    assert.deepEqual(
      answers,
      questions.map(({ sql }) => (sql() === 'bad' ? { failure, message: 'no' } : { text: '1' })),
    );
    assert.equal(fake.failures, failures);
  });
}
