// Preloaded into Node.js: a resolver that never answers for names that end in .invalid (RFC 6761).
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');

const { lookup } = dns;
dns.lookup = (host, ...rest) => (host.endsWith('.invalid') ? undefined : lookup(host, ...rest));
syncBuiltinESMExports();
