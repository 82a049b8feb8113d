import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A local forward proxy with a table of the hosts of a test. */

export interface LocalProxy {
  /** `http://user:password@127.0.0.1:port` */
  readonly url: string;
  /** The requests: `CONNECT sts:443`, `POST sts`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Host names (with the port, where it is not 80) and the URLs of their servers. */
export type Hosts = Readonly<Record<string, string>>;

export async function startLocalProxy(
  hosts: Hosts,
  user: { name: string; password: string },
): Promise<LocalProxy> {
  const asked: string[] = [];
  const pass = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  /** The server of a host, or the status of a refusal. */
  const serverFor = (request: IncomingMessage, host: string): string | number => {
    asked.push(`${request.method ?? ''} ${host}`);
    return request.headers['proxy-authorization'] === pass ? (hosts[host.replace(/:80$/, '')] ?? 502) : 407;
  };
  const server = createServer((request, response) => {
    forward(request, response, serverFor(request, new URL(request.url ?? '').host));
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    tunnel(client, serverFor(request, request.url ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { url: `http://${user.name}:${encodeURIComponent(user.password)}@127.0.0.1:${port}`, asked, close };
}

/** Headers are forwarded unchanged, because the host's name is signed. */
function forward(request: IncomingMessage, response: ServerResponse, target: string | number): void {
  if (typeof target === 'number') {
    response.writeHead(target).end();
    return;
  }
  const { pathname, search } = new URL(request.url ?? '');
  const { method, headers } = request;
  const onward = ask(new URL(pathname + search, target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  request.pipe(onward);
}

function tunnel(client: Socket, target: string | number): void {
  if (typeof target === 'number') {
    client.end(`HTTP/1.1 ${target} No\r\n\r\n`);
    return;
  }
  const onward = connect(Number(new URL(target).port), '127.0.0.1', () => {
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    client.pipe(onward).pipe(client);
  });
  for (const [one, other] of [
    [client, onward],
    [onward, client],
  ] as const) {
    one.on('error', () => {
      other.destroy();
    });
  }
}
