import { once } from 'node:events';
import net from 'node:net';
import { FrameCount } from './frame-count.ts';
import { testUrl } from './place.ts';

/** A TCP proxy in front of a RabbitMQ, to do to a link what a bad network does. */
export class LinkProxy {
  readonly #url: URL;
  readonly #sockets = new Set<net.Socket>();
  readonly #near = new Set<net.Socket>();
  readonly #server: net.Server;
  #frozen = false;
  #refusing = false;
  /** Frames from the broker that still pass before everything is cut; undefined: all. */
  #framesLeft: number | undefined;
  #bytesSent = 0;

  private constructor(url: string) {
    this.#url = new URL(url);
    this.#server = net.createServer((near) => {
      if (this.#refusing) near.destroy();
      else this.#join(near, net.connect(Number(this.#url.port || 5672), this.#url.hostname));
    });
  }

  /** @param url of the RabbitMQ behind it, default the one to test with */
  static async open(url = testUrl()): Promise<LinkProxy> {
    const proxy = new LinkProxy(url);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** The URL of what is behind it, through this proxy. */
  get url(): string {
    const url = new URL(this.#url);
    url.hostname = '127.0.0.1';
    url.port = String((this.#server.address() as net.AddressInfo).port);
    return url.href;
  }

  /** How many connections clients have open here. */
  get open(): number {
    return this.#near.size;
  }

  /** Bytes that clients have sent so far. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** Whether the cut that `cutAtFrame` announced is still to come. */
  get isArmed(): boolean {
    return this.#framesLeft !== undefined;
  }

  /** Ends every connection, abruptly. New ones are let through unless `refuse` says otherwise. */
  cut(): void {
    // One that its peer is closing already would never say that it is closed, were it reset.
    for (const socket of this.#sockets)
      if (socket.readableEnded) socket.destroy();
      else socket.resetAndDestroy();
  }

  /** Cuts once, instead of passing on the broker's `frame`-th frame, counted over all connections made from now on. */
  cutAtFrame(frame: number | undefined): void {
    this.#framesLeft = frame === undefined ? undefined : frame - 1;
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

  /** The connections that there are go nowhere any more, and the clients are not told; as if the broker's host had lost its power. */
  vanish(): void {
    for (const near of this.#near) near.removeAllListeners('data').removeAllListeners('close').resume();
    for (const socket of this.#sockets) if (!this.#near.has(socket)) socket.removeAllListeners('close').destroy();
    for (const near of this.#near) near.on('close', () => this.#forget(near));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: net.Socket, far: net.Socket): void {
    const frames = new FrameCount();
    this.#near.add(near);
    near.on('data', (bytes) => {
      this.#bytesSent += bytes.length;
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (this.#mayPass(frames.in(bytes))) near.write(bytes);
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        this.#forget(from);
        to.destroy();
      });
      if (this.#frozen) from.pause();
    }
  }

  #forget(socket: net.Socket): void {
    this.#sockets.delete(socket);
    this.#near.delete(socket);
  }

  #mayPass(frames: number): boolean {
    if (this.#framesLeft === undefined) return true;
    this.#framesLeft -= frames;
    if (this.#framesLeft >= 0) return true;
    this.#framesLeft = undefined;
    this.cut();
    return false;
  }
}
