import { fixed, head } from '../core/model/json.ts';
import type { GuardReport } from './report.ts';

export function guardsJson({ database, summary, guards, newTables, fix }: GuardReport, command: string): object {
  return { ...head(command), database, summary, guards, newTables, fix: fix === null ? null : fixed(fix) };
}
