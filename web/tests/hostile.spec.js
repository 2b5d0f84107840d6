// Files made to do harm: nothing of them leaves the sandbox, nothing stops the page, and each gets a clear word.
import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { startInstance } from './support/instance.js';
import { openPage } from './support/page.js';
import { chessboard, hollow, jpeg, png } from './support/pictures.js';
import { send } from './support/send.js';
import { card, close, examine, frame, letOut, openFiles, supervisor, viewer } from './support/viewer.js';

/** Somebody who hears whether anything was asked for. */
async function listener() {
  const heard = [];
  const server = createServer((request, response) => {
    heard.push(request.url);
    response.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { heard, address: `http://127.0.0.1:${server.address().port}/heard`, stop: () => server.close() };
}

const words = (text) => Buffer.from(text, 'latin1');

/** Boxes of ISO 14496-12. */
const box = (type, content = Buffer.alloc(0)) => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
};

/** Each file, and the words that an officer is told. */
function corpus(away, photo) {
  const script = `<script>fetch("${away}");new Image().src="${away}"</script>`;
  const film = Buffer.concat([box('ftyp', words('isom\0\0\0\0isommp42')), box('moov', words('never a film')), box('mdat')]);
  const entities = Array.from({ length: 12 }, (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`).join('');
  return {
    'page.html': [words(`<!doctype html><link rel=stylesheet href="${away}"><img src="${away}">${script}`), 'scripts and links'],
    'frame.html': [words(`<html><iframe src="${away}"></iframe><meta http-equiv=refresh content="0;url=${away}"></html>`), 'scripts and links'],
    'script.svg': [words(`<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('${away}')">${script}</svg>`), 'scripts and links'],
    'link.svg': [words(`<svg xmlns="http://www.w3.org/2000/svg"><image href="${away}"/><style>@import "${away}"</style></svg>`), 'scripts and links'],
    'laughs.xml': [words(`<?xml version="1.0"?><!DOCTYPE rain [<!ENTITY e0 "rain">${entities}]><rain>&e12;</rain>`), 'XML'],
    'outside.xml': [words(`<?xml version="1.0"?><!DOCTYPE rain [<!ENTITY b SYSTEM "${away}">]><rain>&b;</rain>`), 'XML'],
    'action.pdf': [words(`%PDF-1.7\n1 0 obj<</OpenAction<</S/URI/URI(${away})>>/AA<</O<</S/Launch/F(calc.exe)>>>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`), 'PDF'],
    'loop.pdf': [words('%PDF-1.7\n1 0 obj<</Kids[1 0 R]/Parent 1 0 R>>endobj\nxref\n0 1\ntrailer<</Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF'), 'PDF'],
    'program.exe': [Buffer.concat([words('MZ\x90\0'), Buffer.alloc(400)]), 'is a program'],
    'program.jpg': [Buffer.concat([words('\x7fELF\x02\x01\x01\0'), Buffer.alloc(400)]), 'is a program'],
    'bomb.gz': [gzipSync(Buffer.alloc(8 << 20)), 'archive'],
    'huge.png': [hollow(65_535, 65_535), 'which no page has the memory for'],
    'nothing.png': [hollow(0, 0), 'could not decode'],
    'torn.png': [chessboard().subarray(0, 60), 'could not decode'],
    'torn.jpg': [photo.subarray(0, 200), 'does not say how large its picture is'],
    'noise.gif': [Buffer.concat([words('GIF89a\xff\xff\xff\xff\xff\xff'), Buffer.alloc(64, 0xff)]), 'It is not shown'],
    'noise.webp': [Buffer.concat([words('RIFF\xff\xff\xff\xffWEBPVP8X'), Buffer.alloc(64, 0xff)]), 'It is not shown'],
    'noise.bmp': [Buffer.concat([words('BM\xff\xff\xff\xff'), Buffer.alloc(64, 0xff)]), 'It is not shown'],
    'zip.png': [Buffer.concat([chessboard(), words('PK\x03\x04'), Buffer.alloc(64)]), 'two things at once'],
    'page.jpg': [Buffer.concat([photo, words(`<html>${script}</html>`)]), 'two things at once'],
    'paper.png': [Buffer.concat([chessboard(), words('%PDF-1.7\n1 0 obj<</S/JavaScript>>endobj\n%%EOF\n')]), 'two things at once'],
    'film.mp4': [film, 'Hold the button'],
    'plain.png': [png(64, (x, y) => (x * y) % 251), 'Hold the button'],
  };
}

test('hostile files stay in the sandbox, and each gets a clear word', async ({ browser }) => {
  test.setTimeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'safehand-hostile-'));
  const away = await listener();
  const instance = await startInstance();
  try {
    const asker = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    const files = corpus(away.address, await jpeg(asker, false));
    const paths = Object.entries(files).map(([name, [content]]) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    });
    send(instance, paths, 'Sandpiper club');
    const crashed = [];
    asker.on('crash', () => crashed.push('crash'));
    asker.on('pageerror', (error) => crashed.push(error.message));
    asker.on('dialog', (dialog) => {
      crashed.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    asker.on('popup', () => crashed.push('popup'));
    await openFiles(asker, instance, 'intake');
    await letOut(asker, () => supervisor(browser, instance), instance, 'Somebody may have meant harm.');
    for (const [name, [, word]] of Object.entries(files)) {
      await examine(asker, name);
      await expect(viewer(asker), name).toContainText(word);
      const shown = word === 'Hold the button';
      await expect(asker.locator('#viewer-frame'), name).toHaveCount(shown ? 1 : 0);
      if (name === 'film.mp4') await expect(viewer(asker)).toContainText('This browser could not show it');
      if (name === 'plain.png') await expect(frame(asker).locator('#stage img')).toBeVisible();
      await close(asker);
      await expect(card(asker, name).getByRole('button', { name: /Examine/ })).toBeFocused();
    }
    expect(crashed).toEqual([]);
    expect(away.heard).toEqual([]);
    // The listener hears whoever does ask.
    await fetch(away.address);
    expect(away.heard).toHaveLength(1);
    await asker.context().close();
  } finally {
    away.stop();
    await instance.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
