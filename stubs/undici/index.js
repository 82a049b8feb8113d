'use strict';

/** Named by the import of @actions/http-client, and made only by a method of its that this action never calls. */
class ProxyAgent {
  constructor() {
    throw new Error('undici is not part of this bundle');
  }
}

module.exports = { ProxyAgent };
