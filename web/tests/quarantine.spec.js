// Quarantine: a picture is held until two people agree, and nobody gets round it.
import { expect, test } from '@playwright/test';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startInstance } from './support/instance.js';
import { part, signIn } from './support/officer.js';
import { fitsTheScreen, openPage, passesAxe, shoot, watch } from './support/page.js';
import { chessboard } from './support/pictures.js';
import { send } from './support/send.js';
import { card, openFiles } from './support/viewer.js';

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
/** Asks the server for the bytes of every item of the report, past the console; answers with the statuses. */
const fetchPastTheConsole = (page) =>
  page.evaluate(async () => {
    const report = /reports\/([^/]+)/.exec(location.hash)[1];
    const view = await (await fetch(`/api/v1/reports/${report}`)).json();
    const media = view.items.filter((item) => item.signed.kind === 'media');
    if (media.some((item) => item.body)) return ['a body travelled along'];
    const tries = media.flatMap((item) => [
      [item, {}],
      [item, { headers: { range: 'bytes=0-99' } }],
      [item, { method: 'HEAD' }],
    ]);
    return Promise.all(
      tries.map(async ([item, how]) => (await fetch(`/api/v1/reports/${report}/items/${item.signed.item}`, how)).status),
    );
  });

test('a picture is held until a second person agrees, and each try is on record', async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), 'safehand-quarantine-'));
  const instance = await startInstance();
  try {
    const picture = chessboard();
    writeFileSync(join(folder, 'board.txt.png'), picture);
    // Its name says that it is text; its content decides.
    writeFileSync(join(folder, 'pitch.txt'), picture);
    writeFileSync(join(folder, 'notes.txt'), 'Practice is on Tuesday.\n');
    send(instance, ['board.txt.png', 'pitch.txt', 'notes.txt'].map((name) => join(folder, name)), 'Sandpiper club');

    const asker = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await openFiles(asker, instance, 'intake');
    await expect(card(asker, 'pitch.txt')).toContainText('In quarantine');
    await expect(card(asker, 'board.txt.png')).toContainText('In quarantine');
    await expect(card(asker, 'notes.txt')).not.toContainText('In quarantine');
    await expect(card(asker, 'pitch.txt').getByRole('button', { name: /Save/ })).toHaveCount(0);
    expect(new Set(await fetchPastTheConsole(asker))).toEqual(new Set([403]));
    await passesAxe(asker, 'quarantine');
    await fitsTheScreen(asker, 'quarantine');

    await asker.getByRole('button', { name: 'Ask a second person' }).click();
    await expect(asker.getByRole('alert')).toContainText('Say why');
    await asker.getByRole('checkbox', { name: 'board.txt.png' }).uncheck();
    await asker.getByLabel('Why').fill('The pitch in it may tell the town.');
    await shoot(asker, 'console-quarantine-ask-1280');
    await asker.getByRole('button', { name: 'Ask a second person' }).click();
    await expect(asker.getByText('Waiting for a second person')).toBeVisible();
    await expect(asker.getByRole('button', { name: 'Approve' })).toHaveCount(0);
    await expect(asker.getByRole('button', { name: 'Take back' })).toBeVisible();
    expect(new Set(await fetchPastTheConsole(asker))).toEqual(new Set([403]));

    const second = await openPage(browser, { viewport: { width: 320, height: 900 } });
    const stayedHome = watch(second, instance.origin);
    await signIn(second, instance.origin, instance.member('police', 'supervisor'));
    await expect(second.getByText('Requests to see media wait for a second person')).toBeVisible();
    await passesAxe(second, 'queue with a request');
    await fitsTheScreen(second, 'queue with a request');
    await second.getByRole('link', { name: /1 file/ }).click();
    await expect(second.getByText('The pitch in it may tell the town.')).toBeVisible();
    await passesAxe(second, 'request');
    await fitsTheScreen(second, 'request');
    await shoot(second, 'console-quarantine-answer-320');
    await second.getByRole('button', { name: 'Approve' }).click();
    await expect(second.getByText(/^Approved/)).toBeVisible();
    // A release serves who asked, not who approved.
    await expect(card(second, 'pitch.txt').getByRole('button', { name: /Save/ })).toHaveCount(0);

    await asker.reload();
    await signIn(asker, instance.origin, instance.member('police', 'intake'), /report/i);
    await part(asker, 'Files');
    await expect(card(asker, 'pitch.txt')).toContainText('Released to you until');
    await expect(card(asker, 'board.txt.png').getByRole('button', { name: /Save/ })).toHaveCount(0);
    await card(asker, 'pitch.txt').getByRole('button', { name: /Save/ }).click();
    const [download] = await Promise.all([
      asker.waitForEvent('download'),
      asker.getByRole('button', { name: 'Save the file' }).click(),
    ]);
    expect(digest(readFileSync(await download.path()))).toBe(digest(picture));

    await part(asker, 'History');
    const history = asker.locator('.console-timeline');
    await expect(history.first()).toContainText('asked to see a file in quarantine');
    await expect(history.first()).toContainText('tried to get a file in quarantine and was refused');
    await expect(history.first()).toContainText('see what they had asked for');
    stayedHome();
    await asker.context().close();
    await second.context().close();
  } finally {
    await instance.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
