import assert from 'node:assert/strict';
import { readArguments } from '../../src/cli/program.ts';
import type { Raw } from '../../src/commands/command.ts';
import { offeringOf } from '../../src/commands/request/carried-options.ts';
import { lookSettings, SettingsReader } from '../../src/commands/request/settings.ts';
import type { InspectOptions } from '../../src/core/model/options.ts';
import type { ReportOptions } from '../../src/report/index.ts';
import type { Situation } from './folder.ts';
import { reportOptions } from '../../src/commands/result/write-check.ts';

/** The options of a situation as the library and the reporters take them. */
export async function libraryOptions(
  situation: Situation,
): Promise<{ readonly options: InspectOptions; readonly plain: ReportOptions; readonly raw: Raw }> {
  const request = await readArguments(['check', ...situation.options]);
  assert.ok('command' in request);
  const { raw, words, command } = request;
  const offering = offeringOf(command, raw, words, {});
  const output = { color: false, write: async () => undefined };
  return {
    raw,
    options: lookSettings(new SettingsReader(raw, command.groups)),
    plain: reportOptions(raw, { output, offering }),
  };
}
