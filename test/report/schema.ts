import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fromRoot } from '../support/root.ts';

/** The schema that the package publishes. */
export const schema = JSON.parse(readFileSync(fromRoot('schema', 'report.schema.json'), 'utf8')) as object;

const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: false }).compile(
  schema,
);

/** Whether a value is a report of check or fix by the schema that the package publishes. */
export function isReport(value: unknown): boolean {
  return validate(value);
}

/** Asserts it of a JSON text, and returns its value. */
export function assertReport(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  assert.ok(validate(value), JSON.stringify(validate.errors, null, 2));
  return value;
}
