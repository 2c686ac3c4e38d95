import { guardFinding } from './guard.ts';
import type { Rule } from '../model/finding.ts';

export const guardChanged: Rule = {
  name: 'guard-changed',
  level: 'warning',
  summary: 'a guard was made for another name, sequence or direction',
  find(subject) {
    return guardFinding(
      subject,
      'changed',
      'It either guards nothing, or looks up what to guard whenever ids are stored, which is slow.',
      'upgrade',
    );
  },
};
