import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

// A proxy that lets a network of 1 ms each way stand between a client and the server on a port of this machine:
// node delay.js PORT prints the port to connect to.

const [, , server] = process.argv;
const milliseconds = 1;

function carry(from: Socket, to: Socket): void {
  from.setNoDelay(true);
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), milliseconds));
  from.on('close', () => setTimeout(() => to.destroy(), milliseconds));
  from.on('error', () => from.destroy());
}

const proxy = createServer((client) => {
  const upstream = connect(Number(server), '127.0.0.1');
  carry(client, upstream);
  carry(upstream, client);
});
proxy.listen(0, '127.0.0.1', () => console.log((proxy.address() as AddressInfo).port));
