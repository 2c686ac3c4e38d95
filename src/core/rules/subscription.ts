import type { Rule } from '../model/finding.ts';

export const subscription: Rule = {
  name: 'subscription',
  level: 'warning',
  summary: 'a subscription sets this sequence, also backward',
  find({ sequence }) {
    if (!sequence.subscribed) return null;
    return {
      message: `${sequence.name} is managed by a subscription: ALTER SUBSCRIPTION … REFRESH SEQUENCES sets it to the publisher's value, also backward`,
      help: 'A move here lasts only until the next refresh. Fix it on the publisher, or after the last refresh of a switch-over.',
    };
  },
};
