// Files are examined, compared with hash lists, and shown where they can do nothing.
import { expect, test } from '@playwright/test';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startInstance } from './support/instance.js';
import { signIn } from './support/officer.js';
import { fitsTheScreen, openPage, passesAxe, shoot, watch } from './support/page.js';
import { hollow, png, tone } from './support/pictures.js';
import { send } from './support/send.js';
import { card, close, examine, frame, letOut, openFiles, viewer } from './support/viewer.js';

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
/** Adds a hash list as a supervisor does. */
async function addList(page, name, file, { pdq = false } = {}) {
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Hash lists' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('File with the hashes').setInputFiles(file);
  await page.getByLabel(/are PDQ hashes/).setChecked(pdq);
  await page.getByRole('button', { name: 'Add the list' }).click();
  await expect(page.getByText('The list was added')).toBeVisible({ timeout: 30_000 });
}

const HOSTILE = {
  'page.html': '<!doctype html><img src="http://127.0.0.1:9/seen"><script>fetch("http://127.0.0.1:9/seen")</script>',
  'drawing.svg':
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/seen"/><script>fetch("http://127.0.0.1:9/seen")</script></svg>',
  'paper.pdf': '%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>\n',
};

test('a file is examined, compared and shown in a frame that can do nothing', async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), 'safehand-viewer-'));
  const instance = await startInstance();
  try {
    const rings = png(64, (x, y) => Math.round(127 + 127 * Math.sin(Math.hypot(x - 20, y - 24) / 3)));
    // A chessboard's hash hangs on rounding, since most of its terms are nought.
    const hills = (x, y) => Math.round(127 + 80 * Math.sin(x / 9) + 40 * Math.cos((x + 2 * y) / 7));
    const board = png(64, hills);
    const files = {
      'notes.txt': 'Practice is on Tuesday.\n',
      ...HOSTILE,
      'board.png': board,
      'again.png': png(64, (x, y) => (x + y === 0 ? 9 : hills(x, y))),
      'rings.png': rings,
      'huge.png': hollow(60_000, 60_000),
      'torn.png': hollow(64, 64),
      'both.png': Buffer.concat([board, Buffer.from('<html><script>fetch("http://127.0.0.1:9/seen")</script>')]),
      'whistle.wav': tone(),
    };
    const paths = Object.entries(files).map(([name, content]) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    });
    send(instance, paths, 'Sandpiper club');
    writeFileSync(join(folder, 'known.txt'), `${digest(rings)}  rings\nno hash at all\n`);

    const head = await openPage(browser, { viewport: { width: 320, height: 900 } });
    const asker = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    const stayedHome = watch(head, instance.origin);
    // What the frame is refused on purpose is told in its console; asked for is nothing all the same.
    const asked = [];
    asker.on('request', (request) => asked.push(request.url()));
    await signIn(head, instance.origin, instance.member('police', 'supervisor'));
    await addList(head, 'Patterns of March', join(folder, 'known.txt'));
    await expect(head.getByText('Read as one hash a line: 1 SHA-256.')).toBeVisible();
    await expect(head.getByText('One entry could not be read')).toBeVisible();
    await expect(card(head, 'Patterns of March')).toBeVisible();
    await passesAxe(head, 'hash lists');
    await fitsTheScreen(head, 'hash lists');
    await shoot(head, 'console-hash-lists-320');

    // Everything that shows or sounds is asked for and let out.
    await openFiles(asker, instance, 'intake');
    await expect(card(asker, 'board.png').getByRole('button', { name: /Examine/ })).toHaveCount(0);
    const toQueue = async () => {
      await head.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Queue' }).click();
      return head;
    };
    await letOut(asker, toQueue, instance, 'The patterns may tell the club.');

    // A picture: blurred until it is held, in a frame without an origin and without a network.
    await examine(asker, 'board.png');
    await expect(viewer(asker)).toContainText('The desk’s hash list does not know it');
    const picture = frame(asker).locator('#stage img');
    const filter = () => picture.evaluate((element) => getComputedStyle(element).filter);
    await expect.poll(() => picture.evaluate((element) => element.naturalWidth)).toBe(64);
    expect(await filter()).toContain('blur');
    await shoot(asker, 'console-viewer-blurred-1280');
    const hold = frame(asker).getByRole('button', { name: 'Hold to see' });
    await hold.hover();
    await asker.mouse.down();
    await expect.poll(filter).toBe('grayscale(1)');
    await asker.mouse.up();
    await expect.poll(filter).toContain('blur');
    await hold.hover();
    await asker.mouse.down();
    await expect.poll(filter).toBe('grayscale(1)');
    await asker.mouse.move(5, 5);
    await expect.poll(filter, 'a hand that has left holds nothing').toContain('blur');
    await asker.mouse.up();
    await hold.focus();
    await asker.keyboard.down('Space');
    await expect.poll(filter).toBe('grayscale(1)');
    await asker.keyboard.up('Space');
    await expect.poll(filter).toContain('blur');
    const moment = frame(asker).getByRole('button', { name: 'Show for 10 seconds' });
    await moment.click();
    await expect.poll(filter).toBe('grayscale(1)');
    await shoot(asker, 'console-viewer-shown-1280');
    await moment.click();
    await expect.poll(filter).toContain('blur');
    const escape = await frame(asker).locator('body').evaluate(async () => {
      const tries = [
        () => fetch('/api/v1/session'),
        () => parent.document.title,
        () => localStorage.length,
        () => document.cookie,
        () => new Worker('data:text/javascript,0'),
      ];
      const outcomes = [];
      for (const attempt of tries) {
        try {
          await attempt();
          outcomes.push('worked');
        } catch {
          outcomes.push('refused');
        }
      }
      return { origin: self.origin, outcomes };
    });
    expect(escape.origin).toBe('null');
    expect(escape.outcomes).not.toContain('worked');
    await passesAxe(asker, 'viewer');
    const pdq = (await viewer(asker).locator('dd').filter({ hasText: 'quality' }).locator('code').textContent()).replaceAll(/\s/g, '');
    expect(pdq).toMatch(/^[0-9a-f]{64}$/);
    await asker.setViewportSize({ width: 320, height: 900 });
    await fitsTheScreen(asker, 'viewer');
    await shoot(asker, 'console-viewer-320');
    await asker.setViewportSize({ width: 1280, height: 900 });
    await close(asker);
    await expect(asker.locator('#viewer-frame')).toHaveCount(0);

    // A sound begins silent.
    await examine(asker, 'whistle.wav');
    const sound = frame(asker).locator('#stage audio');
    await expect.poll(() => sound.evaluate((element) => element.duration)).toBe(1);
    expect(await sound.evaluate((element) => element.muted && element.paused)).toBe(true);
    await close(asker);

    // What nothing may decode is told in a clear word, and shown by what it says of itself alone.
    for (const [name, word] of [
      ['page.html', 'HTML may hold scripts and links'],
      ['drawing.svg', 'SVG may hold scripts and links'],
      ['paper.pdf', 'PDF is shown by what it says of itself'],
      ['huge.png', 'which no page has the memory for'],
      ['torn.png', 'the browser could not decode the picture'],
      ['both.png', 'it is two things at once'],
    ]) {
      await examine(asker, name);
      await expect(viewer(asker), name).toContainText(word);
      await expect(asker.locator('#viewer-frame')).toHaveCount(0);
      await close(asker);
    }

    // What a list knows is locked and never shown; the supervisor is told.
    await examine(asker, 'rings.png');
    await expect(viewer(asker).getByRole('alert')).toContainText('its SHA-256 is in the list');
    await expect(asker.locator('#viewer-frame')).toHaveCount(0);
    await passesAxe(asker, 'viewer of a known file');
    await shoot(asker, 'console-viewer-known-1280');
    await close(asker);
    await expect(card(asker, 'rings.png')).toContainText('Locked');
    await expect(card(asker, 'rings.png').getByRole('button')).toHaveCount(0);

    // And so is what looks like a picture that a list knows, though its bytes are others.
    writeFileSync(join(folder, 'alike.txt'), `${pdq}\n`);
    await addList(head, 'Boards', join(folder, 'alike.txt'), { pdq: true });
    await expect(head.getByText('1 PDQ')).toBeVisible();
    await examine(asker, 'again.png');
    await expect(viewer(asker).getByRole('alert')).toContainText('looks like a picture whose hash is in the list');
    await expect(asker.locator('#viewer-frame')).toHaveCount(0);
    await close(asker);
    await expect(card(asker, 'again.png')).toContainText('Locked');
    await toQueue();
    await expect(head.getByText('A hash list knows files.')).toBeVisible();
    await expect(head.getByRole('link', { name: /2 files/ })).toBeVisible();

    // Without the lists, nothing new is locked.
    await head.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Hash lists' }).click();
    for (const name of ['Patterns of March', 'Boards']) {
      await card(head, name).getByRole('button', { name: 'Remove' }).click();
      await card(head, name).getByRole('button', { name: 'Yes, remove it' }).click();
      await expect(card(head, name)).toHaveCount(0);
    }
    await examine(asker, 'board.png');
    await expect(viewer(asker)).toContainText('This desk has no hash list');
    await close(asker);

    stayedHome();
    expect(asked.filter((url) => !url.startsWith(instance.origin) && !/^(blob|data):/.test(url))).toEqual([]);
    await asker.context().close();
    await head.context().close();
  } finally {
    await instance.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
