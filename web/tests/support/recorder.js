// A proxy between browser and server that keeps every byte the browser sent.
//
// It works on TCP, below anything a page, a worker or a beacon could go around.
import { createServer, connect } from 'node:net';

/** Listens on 127.0.0.1 and forwards to `target()`; `sent()` is all that came from clients. */
export async function startRecorder(target) {
  const chunks = [];
  const sockets = new Set();
  const server = createServer((client) => {
    const upstream = connect(target(), '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk) => chunks.push(chunk));
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    sent: () => Buffer.concat(chunks),
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
