// A proxy between browser and server that keeps every byte the browser sent, and can cut the line.
//
// It works on TCP, below anything a page, a worker or a beacon could go around.
import { createServer, connect } from 'node:net';

/** Listens on `port` of 127.0.0.1 and forwards to `target`. */
export async function startRecorder(port, target) {
  const chunks = [];
  let length = 0;
  const lines = new Set();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const line = [client, upstream];
    lines.add(line);
    for (const socket of line) {
      socket.on('error', () => socket.destroy());
      // A line that ends at one end has ended. What the other still sends is read and let go: a browser that is
      // in the middle of a body looks for an answer only after it.
      socket.on('close', () => {
        lines.delete(line);
        for (const end of line) if (end !== socket) end.end().resume();
      });
    }
    client.on('data', (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
    });
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const cut = () => {
    const count = lines.size;
    for (const [client, upstream] of lines) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
    return count;
  };
  return {
    /** All that came from browsers. */
    sent: () => Buffer.concat(chunks),
    /** How many bytes came from browsers. */
    length: () => length,
    /** Cuts every open connection; answers how many there were. */
    cut,
    stop: () => {
      cut();
      server.close();
    },
  };
}
