export type { ConninfoFlags, ConninfoSources } from './gather.ts';
export { type HostSettings, socketPath, usesTcp } from './hosts.ts';
export { redact } from './redact.ts';
export type { AuthMethod } from './require-auth.ts';
export {
  type ChannelBinding,
  type ConnectionSettings,
  readConninfo,
  type SslMode,
  type TargetSessionAttrs,
  type TlsSettings,
  type TlsVersion,
} from './settings.ts';
