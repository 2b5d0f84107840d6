// An instance of its own for each file of tests: the real binary on the embedded default.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startRecorder } from './recorder.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const binary = process.env.SAFEHAND_BINARY ?? join(root, 'target/release/safehand');
const templates = mkdtempSync(join(tmpdir(), 'safehand-templates-'));
process.on('exit', () => rmSync(templates, { recursive: true, force: true }));

const DESKS = { police: 'northshire-police', charity: 'harbour-trust' };

/**
 * Starts a server: on made-up data, or, where `host` is given, right after a key ceremony, with that
 * name in its origin (passkeys need a name, not an address).
 *
 * `env` overrides its configuration; `recorded` puts a recorder between browser and server.
 */
export async function startInstance({ reports = 8, env = {}, recorded = false, host } = {}) {
  const everything = mkdtempSync(join(tmpdir(), 'safehand-instance-'));
  const data = join(everything, 'data');
  const temporary = join(everything, 'tmp');
  mkdirSync(temporary);
  const card = host ? await ceremony(data, host) : await copyOfDemo(data, reports);
  const origin = `http://${host ?? '127.0.0.1'}:${card.port}`;

  const listen = recorded ? await freePort() : card.port;
  const recorder = recorded ? await startRecorder(card.port, listen) : null;
  const log = join(everything, 'server.log');
  const server = spawn(binary, ['serve', '--config', join(data, 'safehand.toml')], {
    env: {
      PATH: process.env.PATH,
      TMPDIR: temporary,
      SAFEHAND_SERVER_LISTEN: `127.0.0.1:${listen}`,
      // A test is one very busy network.
      SAFEHAND_LIMITS_NETWORK_BURST: '10000',
      ...env,
    },
    stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')],
  });
  const ended = new Promise((resolve) => server.on('exit', resolve));
  await answering(`http://127.0.0.1:${listen}/api/v1/instance`, ended, log);

  let stopped = false;
  return {
    origin,
    everything,
    phrase: card.phrases[0],
    desk: (kind) => DESKS[kind],
    deskName: (kind) => DESKS[kind],
    member: (kind, role) => {
      const found = card.members.find((m) => m.desk === DESKS[kind] && m.role === role);
      return { login: found.login, name: found.name, passphrase: card.passphrase };
    },
    verifyReceipt: (receipt, words, originals) => verifyReceipt(temporary, receipt, origin, words, originals),
    log: () => readFileSync(log, 'utf8'),
    sent: () => recorder.sent(),
    sentBytes: () => recorder.length(),
    dropConnections: () => recorder.cut(),
    /** Stops the server as a service manager would. Its files stay until the tests end. */
    stop: async () => {
      if (stopped) return;
      stopped = true;
      recorder?.stop();
      server.kill('SIGTERM');
      await ended;
    },
    remove: () => rmSync(everything, { recursive: true, force: true }),
  };
}

/** Has the command line check a receipt with its words and originals, as anybody could, offline. */
function verifyReceipt(folder, receipt, origin, words, originals) {
  const place = mkdtempSync(join(folder, 'verify-'));
  writeFileSync(join(place, 'words'), words);
  const paths = originals.map(({ name, buffer }) => {
    writeFileSync(join(place, name), buffer);
    return join(place, name);
  });
  const args = ['verify', 'receipt', receipt, '--words-file', join(place, 'words'), '--json', '--origin', origin, ...paths];
  const { status, stdout, stderr } = spawnSync(binary, args, { encoding: 'utf8' });
  rmSync(place, { recursive: true });
  if (status !== 0 && status !== 7) throw new Error(`safehand verify receipt: ${stderr}`);
  return { passed: status === 0, checks: JSON.parse(stdout) };
}

async function copyOfDemo(data, reports) {
  const template = await demo(reports);
  cpSync(template.folder, data, { recursive: true });
  const card = JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8'));
  // The card holds the demo's passphrase and words; no real instance has one.
  rmSync(join(data, 'demo.json'));
  return card;
}

/** A desk with its first supervisor, made as an operator would. */
async function ceremony(data, host) {
  const port = await freePort();
  const [config, secret] = [join(data, 'safehand.toml'), join(data, '..', 'passphrase')];
  const login = { desk: DESKS.police, login: 'supervisor', name: 'Carys Dale', role: 'supervisor' };
  const passphrase = 'lapwing homework drizzle';
  mkdirSync(data);
  writeFileSync(config, `[server]\norigin = "http://${host}:${port}"\n`);
  writeFileSync(secret, passphrase);
  const args = ['desk', 'create', DESKS.police, '--name', 'Online safety desk', '--kind', 'police', '--quiet'];
  args.push('--login', login.login, '--member-name', login.name, '--passphrase-file', secret);
  args.push('--shares', join(data, 'shares'), '--config', config);
  const { status, stderr } = spawnSync(binary, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`safehand desk create: ${stderr}`);
  rmSync(secret);
  return { port, passphrase, phrases: [], members: [login] };
}

const made = new Map();

/** A demo with so many reports, made once and copied. */
async function demo(reports) {
  if (!made.has(reports)) {
    if (!existsSync(binary)) throw new Error(`no ${binary}: run \`cargo xtask test browser\`, which builds it`);
    const folder = join(templates, String(reports));
    const port = await freePort();
    const args = ['demo', '--no-serve', '--folder', folder, '--port', String(port), '--reports', String(reports)];
    const { status, stderr } = spawnSync(binary, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`safehand demo: ${stderr}`);
    made.set(reports, { folder });
  }
  return made.get(reports);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answering(url, ended, log) {
  let gone = false;
  ended.then(() => {
    gone = true;
  });
  for (let tries = 0; tries < 200; tries += 1) {
    if (gone) throw new Error(`the server ended: ${readFileSync(log, 'utf8')}`);
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server does not answer: ${readFileSync(log, 'utf8')}`);
}
