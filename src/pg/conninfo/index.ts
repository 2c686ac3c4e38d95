export { type ChildEnvironment, childEnvironment } from './child.ts';
export { connectionOf, saysWhere } from './env-file.ts';
export type { ConninfoSources } from './gather.ts';
export { type HostSettings, socketPath, usesTcp } from './hosts.ts';
export { redact } from './redact.ts';
export type { AuthMethod } from './require-auth.ts';
export { type ConnectionSettings, readConninfo, type TargetSessionAttrs, type TlsSettings } from './settings.ts';
export { uriScheme } from './recognize.ts';
export { keywordValue, withoutPassword } from './without-password.ts';
