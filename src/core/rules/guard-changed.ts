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
      'It looks up what to guard whenever ids are stored, which is slow, or it guards nothing.',
      'upgrade',
    );
  },
};
