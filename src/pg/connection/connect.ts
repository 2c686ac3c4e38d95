import type { Socket } from 'node:net';
import type pg from 'pg';
import { type AuthRefusal, watchAuthentication } from './authentication.ts';
import { sendCancel } from './cancel.ts';
import { type ConnectionSettings, type HostSettings, type TargetSessionAttrs, usesTcp } from '../conninfo/index.ts';
import { readPassfile } from '../conninfo/passfile.ts';
import { connectionProblem, type ConnectionFailure, TimeoutError, WrongRoleError } from './connection-error.ts';
import { Problem } from '../../problem.ts';
import { type Address, addressesOf, openSocket } from './socket.ts';
import { awaitAnswer, startupPacket } from './startup.ts';
import { type Encryption, NoTlsError, requestTls, startTls, tlsOptions } from './tls.ts';

/** An open session. */
export interface Connection {
  /** Connected. A loss of the connection rejects the query that runs; a listener for `error` is attached. */
  readonly client: pg.Client;
  /** What was reached: the host as it was named, or the directory of the socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Whether the connection is encrypted. */
  readonly tls: boolean;
  /** Asks the server to cancel the running query. Resolves when the server has taken the request; never throws. */
  cancel(): Promise<void>;
  /** Hangs up at once: a running query is rejected, even where the server cannot be reached any more. */
  abandon(): void;
  /** Says goodbye; resolves when that is sent. The socket does not keep the process alive any more. Never throws. */
  end(): Promise<void>;
}

export interface ConnectOptions {
  /** Gives up; `connect` then rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  /** Gets what was ignored while connecting, such as a passfile that others can read. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** One try at one address. */
interface Attempt {
  readonly settings: ConnectionSettings;
  readonly host: HostSettings;
  readonly address: Address;
  readonly password: string | undefined;
  /** Gets every socket that is opened, so that a timeout or the user can close it. */
  readonly onSocket: (socket: Socket) => void;
}

interface Session {
  readonly client: pg.Client;
  readonly stream: Socket;
  readonly encryption: Encryption;
}

/** How far an attempt came; it decides what libpq tries next. */
type Stage = 'socket' | 'negotiation' | 'handshake' | 'startup' | 'session';

class AttemptError extends Error {
  readonly stage: Stage;
  override readonly cause: unknown;

  constructor(stage: Stage, cause: unknown) {
    super('attempt failed');
    this.stage = stage;
    this.cause = cause;
  }
}

const startingUp = '57P03';

/**
 * Connects as libpq does: the hosts in their order (or shuffled), each with all its addresses, each with the encryptions
 * that sslmode allows, until one is reached that fits target_session_attrs. A host that is reached but refuses us ends
 * the search, except while it is starting up.
 *
 * @throws Problem that says what was tried and what to do; the reason of the signal if it was aborted
 */
export async function connect(settings: ConnectionSettings, options: ConnectOptions = {}): Promise<Connection> {
  const hosts = settings.loadBalanceHosts === 'random' ? shuffled(settings.hosts) : settings.hosts;
  let failures: ConnectionFailure[] = [];
  // prefer-standby asks all hosts for a standby first, and then takes any of them.
  const passes: readonly TargetSessionAttrs[] =
    settings.targetSessionAttrs === 'prefer-standby' ? ['standby', 'any'] : [settings.targetSessionAttrs];
  for (const wanted of passes) {
    failures = [];
    for (const host of hosts) {
      const outcome = await tryHost(settings, host, wanted, options);
      if ('client' in outcome) return outcome;
      failures.push(...outcome.failures);
      if (outcome.final) throw connectionProblem(failures, settings);
    }
  }
  throw connectionProblem(failures, settings);
}

interface HostFailure {
  readonly failures: readonly ConnectionFailure[];
  /** Whether the other hosts are left alone. */
  readonly final: boolean;
}

async function tryHost(
  settings: ConnectionSettings,
  host: HostSettings,
  wanted: TargetSessionAttrs,
  { signal, onNote }: ConnectOptions,
): Promise<Connection | HostFailure> {
  const failures: ConnectionFailure[] = [];
  let passwordFrom = settings.password === undefined ? undefined : settings.origin.get('password');
  const failed = (error: unknown, final: boolean, address?: Address): HostFailure => {
    failures.push({ error, host, address, passwordFrom });
    return { failures, final };
  };
  let { password } = settings;
  if (password === undefined && settings.passfile !== '') {
    const key = { host: host.host, port: host.port, database: settings.database, user: settings.user };
    const answer = await readPassfile(settings.passfile, key, settings.platform);
    if (answer.note !== undefined) onNote?.(answer.note);
    password = answer.password || undefined;
    if (password !== undefined) passwordFrom = settings.passfile;
  }

  let addresses: readonly Address[];
  try {
    addresses = await limited(() => addressesOf(host), 0, signal);
  } catch (error) {
    signal?.throwIfAborted();
    return failed(error, false);
  }
  if (settings.loadBalanceHosts === 'random') addresses = shuffled(addresses);
  for (const address of addresses) {
    try {
      const session = await limited(
        (onSocket) => openSession({ settings, host, address, password, onSocket }),
        settings.connectTimeout,
        signal,
      );
      if (await hasRole(session.client, wanted)) return connection(settings, host, address, session);
      await endSession(session);
      return failed(new WrongRoleError(wanted), false, address);
    } catch (error) {
      signal?.throwIfAborted();
      const { stage, cause } = error instanceof AttemptError ? error : { stage: 'socket', cause: error };
      if (cause instanceof Problem) throw cause;
      if (codeOf(cause) === startingUp) return failed(cause, false, address);
      if (stage !== 'socket') return failed(cause, true, address);
      failed(cause, false, address);
    }
  }
  return { failures, final: false };
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}

/** Runs the work, but closes its socket and rejects when time is up (`timeout` in milliseconds, 0 for never) or the
 * signal says so. */
function limited<Result>(
  work: (onSocket: (socket: Socket) => void) => Promise<Result>,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let current: Socket | undefined;
    const stop = (reason: unknown) => {
      settle();
      reject(reason);
      current?.destroy();
    };
    const onAbort = () => stop(signal?.reason);
    const timer = timeout > 0 ? setTimeout(() => stop(new TimeoutError(timeout)), timeout) : undefined;
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    work((socket) => {
      current = socket;
    })
      .then(resolve, reject)
      .finally(settle);
  });
}

/** The encryptions to try, in their order (libpq: `sslmode`). Sockets are never encrypted. */
function encryptions(settings: ConnectionSettings, host: HostSettings): readonly Encryption[] {
  if (!usesTcp(host) || settings.sslmode === 'disable') return ['plain'];
  if (settings.sslmode === 'allow') return ['plain', 'tls'];
  return settings.sslmode === 'prefer' ? ['tls', 'plain'] : ['tls'];
}

/**
 * A session at one address. Where sslmode leaves a choice, the second encryption is tried when the first one led to a
 * failed handshake or to a refusal by the server; whatever else went wrong would go wrong again.
 */
async function openSession(attempt: Attempt): Promise<Session> {
  const [first = 'plain', second] = encryptions(attempt.settings, attempt.host);
  try {
    return await openWith(first, attempt);
  } catch (error) {
    if (second === undefined || !(error instanceof AttemptError) || !worthAnother(error)) throw error;
    try {
      return await openWith(second, attempt);
    } catch (again) {
      // What the server said to the encryption we preferred is usually the better reason: a server that wants TLS
      // refuses the second try only for having none.
      const useless =
        again instanceof AttemptError && (codeOf(again.cause) === '28000' || again.cause instanceof NoTlsError);
      throw useless && error.stage === 'startup' ? error : again;
    }
  }
}

function worthAnother({ stage, cause }: AttemptError): boolean {
  if (cause instanceof Problem) return false;
  return stage === 'handshake' || (stage === 'startup' && isServerError(cause) && codeOf(cause) !== startingUp);
}

function isServerError(error: unknown): boolean {
  return (error as { severity?: string } | undefined)?.severity !== undefined;
}

async function openWith(encryption: Encryption, attempt: Attempt): Promise<Session> {
  const { settings, host, address } = attempt;
  let stage: Stage = 'socket';
  let used = encryption;
  let opened: Socket | undefined;
  try {
    const socket = await openSocket(address, settings, attempt.onSocket);
    opened = socket;
    // From here on every failure reaches us in another way too; without a listener it would end the process.
    socket.on('error', () => {});
    stage = 'negotiation';
    let stream = socket;
    let answered = false;
    if (encryption === 'tls') {
      const answer = settings.sslnegotiation === 'direct' ? 'yes' : await requestTls(socket);
      answered = answer === 'error';
      if (answer === 'yes') {
        stage = 'handshake';
        stream = await startTls(socket, tlsOptions(settings, host, settings.platform));
        stream.on('error', () => {});
      } else {
        used = 'plain';
        if (answer === 'no' && settings.sslmode !== 'prefer') throw new NoTlsError('the server has no TLS');
      }
    }
    stage = answered ? 'session' : 'startup';
    if (!answered) {
      stream.write(startupPacket(settings));
      await awaitAnswer(stream);
    }
    const client = await handOver(stream, attempt, used, () => (stage = 'session'));
    return { client, stream, encryption: used };
  } catch (error) {
    opened?.destroy();
    // A server that said no to TLS was already asked without it.
    throw new AttemptError(stage === 'startup' && used !== encryption ? 'session' : stage, error);
  }
}

/**
 * Gives the stream, on which the startup packet has been sent, to the driver. The driver is imported only here, since
 * loading it takes longer than all else. It is told everything explicitly: for what is left out it would ask the
 * environment (PGSSLNEGOTIATION, PGOPTIONS) or read the passfile in its own way.
 */
async function handOver(
  stream: Socket,
  attempt: Attempt,
  encryption: Encryption,
  onAuthenticated: () => void,
): Promise<pg.Client> {
  const { settings, host, password } = attempt;
  const encrypted = encryption === 'tls';
  const { default: driver } = await import('pg');
  // It calls connect() on its stream and sends the startup packet once that has connected; ours is and has.
  const connected = Object.assign(stream, { connect: () => stream });
  let refused: AuthRefusal | undefined;
  let givePassword = (): string => '';
  const config: pg.ClientConfig & { scramMaxIterations: number } = {
    user: settings.user,
    database: settings.database,
    host: host.host,
    port: host.port,
    password: () => givePassword(),
    ssl: false,
    sslnegotiation: 'postgres',
    stream: () => connected,
    enableChannelBinding: encrypted && settings.channelBinding !== 'disable',
    scramMaxIterations: 0, // libpq has no limit either; connect_timeout is one
    connectionTimeoutMillis: 0,
  };
  const client = new driver.Client(config);
  client.on('error', () => {});
  givePassword = watchAuthentication(client.connection, settings, { password, encrypted }, (reason) => {
    refused = reason;
    stream.destroy(reason);
  });
  client.connection.once('authenticationOk', onAuthenticated);
  await client.connect();
  // The server may have sent everything up to its readiness in one go, before the stream was destroyed.
  if (refused) throw refused;
  return client;
}

async function hasRole(client: pg.Client, wanted: TargetSessionAttrs): Promise<boolean> {
  if (wanted === 'any' || wanted === 'prefer-standby') return true;
  const byMode = wanted === 'read-write' || wanted === 'read-only';
  const question = byMode ? 'show transaction_read_only' : 'select pg_catalog.pg_is_in_recovery()::text';
  try {
    const { rows } = await client.query<[string]>({ text: question, rowMode: 'array' });
    const yes = ['on', 'true'].includes(rows[0]?.[0] ?? '');
    return yes === (wanted === 'read-only' || wanted === 'standby');
  } catch (error) {
    throw new AttemptError('socket', error); // as libpq: not this host, but perhaps the next
  }
}

function connection(settings: ConnectionSettings, host: HostSettings, address: Address, session: Session): Connection {
  const { client, encryption } = session;
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  let ended: Promise<void> | undefined;
  return {
    client,
    host: host.host,
    port: host.port,
    user: settings.user,
    database: settings.database,
    tls: encryption === 'tls',
    cancel: () => sendCancel({ settings, host, address, encryption, processID, secretKey }),
    abandon: () => void session.stream.destroy(),
    // Said twice, a goodbye would wait for what has happened already, and keep nothing running meanwhile
    end: () => (ended ??= endSession(session)),
  };
}

const goodbye = 2000;

/** Sends the goodbye. Waiting until the server has hung up as well would add a good deal to a short run. */
async function endSession({ client, stream }: Session): Promise<void> {
  if (stream.destroyed) return; // the server hung up first
  const timer = setTimeout(() => stream.destroy(), goodbye).unref();
  stream.unref();
  const said = new Promise((resolve) => stream.once('finish', resolve).once('close', resolve));
  void client.end().then(
    () => clearTimeout(timer),
    () => {},
  );
  await said;
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    [result[index], result[other]] = [result[other] as Item, result[index] as Item];
  }
  return result;
}
