import type { Command } from './command.ts';
export const demo: Command = {
  name: 'demo',
  description: '',
  connects: false,
  groups: [],
  examples: [],
  run: async () => 'in step',
};
