import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { loadGateway } from '../../src/gateway/load-gateway.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway/server.ts';
import type { BreakerState } from '../../src/partners/breaker.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const folder = tempFolder();
const ends: (() => unknown)[] = [folder.remove];

/** Ends all that was started here. */
export async function endAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

/** What a service was asked. */
export type Seen = {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: Buffer;
};

export type Service = {
  readonly url: string;
  readonly port: number;
  /** Requests, once they have come in whole. */
  readonly seen: Seen[];
  /** Frees the port, cutting every connection. */
  stop(): Promise<void>;
  /** Listens there again. */
  start(): Promise<void>;
};

/** A service that answers as `answer` does; by default with 200 and what it was asked. */
export async function service(answer?: RequestListener, host = '127.0.0.1'): Promise<Service> {
  const seen: Seen[] = [];
  const echo: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // it was given up half-way
    }
    const { method = '', url = '', headers, rawHeaders } = request;
    const body = Buffer.concat(chunks);
    seen.push({ method, url, headers, rawHeaders, body });
    const text = JSON.stringify({ method, url, headers, body: body.toString('latin1') });
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text);
  };
  let port = 0;
  let server: Server;
  const start = async () => {
    server = createServer(answer ?? echo).listen(port, host);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const stop = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  await start();
  ends.push(stop);
  return { url: `http://127.0.0.1:${port}`, port, seen, stop, start };
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

let files = 0;

/** A file with this text. */
export function fileOf(text: string): string {
  files += 1;
  const file = folder.file(`gateway-${files}.yml`);
  writeFileSync(file, text);
  return file;
}

/** A route as a file has it. */
export const route = (id: string, uri: string, path: string, more = ''): string =>
  `        - {id: ${id}, uri: '${uri}', predicates: ['Path=${path}'${more}]}\n`;

/** A file with these routes, and other fields of the gateway, indented by six. */
export const fileWith = (routes: string, more = ''): string =>
  fileOf(`spring:\n  cloud:\n    gateway:\n      routes:\n${routes}${more}`);

export type Running = Gateway & {
  readonly port: number;
  /** What its breakers did. */
  readonly breakers: BreakerState[];
  readonly problems: unknown[];
};

/** A gateway in this process. */
export async function gateway(
  file: string,
  options: Partial<GatewayOptions> = {},
  profile = 'default',
): Promise<Running> {
  const breakers: BreakerState[] = [];
  const problems: unknown[] = [];
  const running = await startGateway({
    config: loadGateway(file).configFor(profile),
    host: '127.0.0.1',
    port: 0,
    onBreaker: (_route, state) => breakers.push(state),
    onProblem: (error) => problems.push(error),
    ...options,
  });
  ends.push(() => running.close(0));
  return { ...running, port: Number(new URL(running.url).port), breakers, problems };
}

export type Response = {
  status: number;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: Buffer;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  json: () => any;
};

export type Ask = {
  method?: string;
  headers?: Record<string, string | string[]> | string[];
  body?: string | Buffer;
};

/** Asks over a connection of its own, with the path as it is written. */
export async function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Ask = {},
): Promise<Response> {
  const asked = httpRequest({ port, host: '127.0.0.1', path, method, headers, agent: false });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return whole(response);
}

export async function whole(response: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const all = Buffer.concat(chunks);
  const { statusCode: status = 0, headers, rawHeaders } = response;
  return { status, headers, rawHeaders, body: all, text: all.toString(), json: () => JSON.parse(all.toString()) };
}

/** Writes bytes to a port and reads what comes until the connection is closed, or nothing has come for ten seconds. */
export function bytes(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
