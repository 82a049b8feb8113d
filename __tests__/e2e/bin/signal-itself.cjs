// Preloaded into Node.js: sends the process a signal at a moment that the environment names, so that no test waits for one.
// SIGNAL_AT_REQUEST: part of the body of the request that is on its way. SIGNAL_AT_UNLINK: the end of the name of the
// program that removes its first file. SIGNAL_AT_EXPORT: of the one that sets a variable. SIGNAL: which signal, or several with commas.
const fs = require('node:fs');
const { ClientRequest } = require('node:http');
const { syncBuiltinESMExports } = require('node:module');

const { SIGNAL = 'SIGTERM', SIGNAL_AT_REQUEST, SIGNAL_AT_UNLINK, SIGNAL_AT_EXPORT } = process.env;
const signalItself = () => {
  for (const signal of SIGNAL.split(',')) process.kill(process.pid, signal);
};

const { end } = ClientRequest.prototype;
ClientRequest.prototype.end = function (body, ...rest) {
  const request = end.call(this, body, ...rest);
  if (SIGNAL_AT_REQUEST && String(body).includes(SIGNAL_AT_REQUEST)) signalItself();
  return request;
};

const { unlinkSync } = fs;
fs.unlinkSync = (path) => {
  if (SIGNAL_AT_UNLINK && process.argv[1]?.endsWith(SIGNAL_AT_UNLINK)) signalItself();
  unlinkSync(path);
};

const { appendFileSync } = fs;
fs.appendFileSync = (path, ...rest) => {
  if (SIGNAL_AT_EXPORT && process.argv[1]?.endsWith(SIGNAL_AT_EXPORT) && path === process.env.GITHUB_ENV)
    signalItself();
  appendFileSync(path, ...rest);
};
syncBuiltinESMExports();
