import net from 'node:net';

/**
 * Ports nobody listens on; all are held until the last one is known, so they differ.
 * @param {number} count
 */
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
      return server;
    }),
  );
  const ports = servers.map((server) => /** @type {net.AddressInfo} */ (server.address()).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * Whether something greets in AMQP there. The port alone says little: docker opens it before the broker is up.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function answersAmqp(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(Buffer.from('AMQP\0\0\x09\x01', 'latin1')));
    const end = (/** @type {boolean} */ answered) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.once('data', (bytes) => end(bytes[0] === 1)); // a method frame: Connection.Start
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
