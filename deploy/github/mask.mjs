// Tells GitHub's runner what must not appear in a log: the connection as a whole, which is masked already if it is a secret,
// and the password within it, which is not. pgseq shows neither; what runs after it might.
const { DATABASE_URL: url = '', PGPASSWORD: password = '' } = process.env;

/** The passwords of a connection, as they are written there. */
function passwordsOf(connection) {
  const [, ofUri = ''] = /^[\w:+-]+:\/\/[^:@/?#]*:([^@]*)@/.exec(connection) ?? [];
  const ofParameters = [...connection.matchAll(/[?&](?:ssl)?password=([^&#]*)/g)].map(([, value]) => value);
  const ofKeywords = [...connection.matchAll(/(?:^|\s)(?:ssl)?password\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S+))/g)].map(
    ([, quoted, bare]) => quoted ?? bare,
  );
  return [ofUri, ...ofParameters, ...ofKeywords];
}

/** As written, percent-decoded as in a URI, and without the backslashes of a keyword/value string. */
function formsOf(written) {
  const forms = [written, written.replaceAll(/\\(.)/g, '$1')];
  try {
    forms.push(decodeURIComponent(written));
  } catch {
    // No URI's password
  }
  return forms;
}

const secrets = new Set([url, password, ...passwordsOf(url.trim()).flatMap(formsOf)]);
for (const secret of secrets) {
  if (secret === '') continue;
  // The runner decodes these three, and a command ends with its line
  const data = secret.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  process.stdout.write(`::add-mask::${data}\n`);
}
