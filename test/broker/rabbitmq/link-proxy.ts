import { once } from 'node:events';
import net from 'node:net';
import { testUrl } from './place.ts';

/** A TCP proxy in front of the test's RabbitMQ, to do to a link what a bad network does. */
export class LinkProxy {
  readonly #sockets = new Set<net.Socket>();
  readonly #server: net.Server;
  #frozen = false;
  #refusing = false;

  private constructor(host: string, port: number) {
    this.#server = net.createServer((near) => {
      if (this.#refusing) {
        near.destroy();
        return;
      }
      const far = net.connect(port, host);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => {});
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
        from.on('data', (bytes) => to.write(bytes));
        if (this.#frozen) from.pause();
      }
    });
  }

  static async open(): Promise<LinkProxy> {
    const { hostname, port } = new URL(testUrl());
    const proxy = new LinkProxy(hostname, Number(port || 5672));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** The test's URL, through this proxy. */
  get url(): string {
    const url = new URL(testUrl());
    url.hostname = '127.0.0.1';
    url.port = String((this.#server.address() as net.AddressInfo).port);
    return url.href;
  }

  /** Ends every connection, abruptly. New ones are let through unless `refuse` says otherwise. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Whether new connections are turned away. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing;
  }

  /** Passes no byte on any more, and ends nothing: the broker seems frozen. */
  freeze(): void {
    this.#frozen = true;
    for (const socket of this.#sockets) socket.pause();
  }

  thaw(): void {
    this.#frozen = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
