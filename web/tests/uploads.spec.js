// Large files over a bad line: sealed in pieces, resumed where they stopped, the same at the end.
import { expect, test } from '@playwright/test';
import { createHash, randomFillSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startInstance } from './support/instance.js';
import { openReport, part, saveFirstFile, signIn } from './support/officer.js';
import { fitsTheScreen, openPage, passesAxe, shoot } from './support/page.js';
import { addFiles, begin, chatExport, comeBack, walk } from './support/reporter.js';

test('a file whose connection drops again and again arrives whole', async ({ browser }, info) => {
  const instance = await startInstance({ recorded: true });
  try {
    const path = join(info.outputDir, 'match.bin');
    const bytes = randomFillSync(Buffer.alloc(48 << 20));
    await import('node:fs').then(({ mkdirSync }) => mkdirSync(info.outputDir, { recursive: true }));
    writeFileSync(path, bytes);

    const page = await openPage(browser);
    await begin(page, instance.origin, instance.desk('police'));
    await walk(page, { until: 'files' });
    await page.locator('#file').setInputFiles(path);
    const send = page.locator('#file-send');
    if (await send.isVisible()) await send.click();
    await expect(page.locator('.safehand-upload progress')).toBeVisible();
    let dropped = 0;
    for (const until of [6, 14, 25, 37]) {
      await expect.poll(() => instance.sentBytes(), { intervals: [20] }).toBeGreaterThan(until << 20);
      if (until === 25) await shoot(page, 'reporter-upload-running');
      dropped += instance.dropConnections();
    }
    expect(dropped).toBeGreaterThan(0);
    await expect(page.locator('#files-taken')).toContainText('match.bin', { timeout: 120_000 });
    const digest = createHash('sha256').update(bytes).digest('hex');
    await expect(page.locator('#files-taken .safehand-digest')).toContainText(digest);
    await walk(page, {});

    const office = await openPage(browser);
    await signIn(office, instance.origin, instance.member('police', 'investigator'));
    await openReport(office, 'Chatterbox');
    await part(office, 'Files');
    const saved = await saveFirstFile(office);
    expect(createHash('sha256').update(saved.bytes).digest('hex')).toBe(digest);
  } finally {
    await instance.stop();
  }
});

test('a file that is added later can be removed until it is sent', async ({ browser }) => {
  const instance = await startInstance();
  try {
    const page = await openPage(browser);
    await comeBack(page, instance.origin, instance.phrase);
    const lists = page.locator('#files-lists');
    await expect(lists).toBeAttached({ timeout: 60_000 });
    await page.locator('#text').fill('Here is the chat.');
    await addFiles(page, [chatExport('one.txt'), chatExport('two.txt')]);
    await expect(lists.getByRole('button', { name: 'Remove' })).toHaveCount(2);
    await passesAxe(page, 'dialogue with files that are ready');

    // Removed for good; what is being written stays, and so does the focus on what comes next.
    await lists.getByRole('button', { name: /^Remove.*one\.txt$/ }).click();
    await expect(lists).not.toContainText('one.txt');
    await expect(page.locator('#text')).toHaveValue('Here is the chat.');
    await expect(page.locator('#file')).toBeFocused();

    await page.getByRole('button', { name: 'I have finished' }).click();
    await expect(page.locator('#error-summary')).toContainText('files that are not sent yet');
    await expect(page.locator('#text')).toHaveValue('Here is the chat.');
    await passesAxe(page, 'dialogue with files left behind');
    await shoot(page, 'reporter-dialogue-files-ready');

    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(page.locator('.govuk-notification-banner')).toContainText('Your message and your files');
    await expect(page.locator('#files-sent')).toContainText('two.txt');
    await expect(lists.getByRole('button')).toHaveCount(0);
    await addFiles(page, [chatExport('three.txt')]);
    await page.getByRole('button', { name: 'Send these files' }).click();
    await expect(page.locator('.govuk-notification-banner')).toContainText('Your file has been sent');
    await expect(page.locator('#files-sent')).toContainText('three.txt');
    await shoot(page, 'reporter-dialogue-files-sent');

    await expect(page.locator('#messages')).toContainText('Here is the chat.');
    await page.getByRole('button', { name: 'I have finished' }).click();
    await expect(page.locator('#messages')).toHaveCount(0);
  } finally {
    await instance.stop();
  }
});

test('the figures of an upload are told in the language of the page', async ({ browser }, info) => {
  const instance = await startInstance({ recorded: true });
  try {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(info.outputDir, { recursive: true });
    const path = join(info.outputDir, 'tywydd.bin');
    writeFileSync(path, randomFillSync(Buffer.alloc(64 << 20)));
    const page = await openPage(browser, { viewport: { width: 320, height: 640 } });
    await begin(page, instance.origin, instance.desk('police'));
    await walk(page, { until: 'files' });
    await page.locator('#file').setInputFiles(path);
    const row = page.locator('.safehand-upload');
    await row.locator('[data-part="pause"]').click();
    await expect(row.locator('[data-part="figures"]')).toHaveText(/^[\d.]+ (bytes|KB|MB) of [\d.]+ MB \(\d+%\)$/);
    await expect(row.getByRole('button', { name: /^Go on.*tywydd\.bin$/ })).toBeVisible();

    // The page changes its language, and the row on it with it.
    await page.getByRole('button', { name: 'Cymraeg' }).click();
    await expect(row.locator('[data-part="figures"]')).toHaveText(/^[\d.]+ (beit|KB|MB) o [\d.]+ MB \(\d+%\)$/);
    await expect(row.locator('[data-part="status"]')).toHaveText('Wedi’i oedi');
    await expect(row.getByRole('button', { name: /^Canslo.*tywydd\.bin$/ })).toBeVisible();
    await row.getByRole('button', { name: /^Mynd ymlaen.*tywydd\.bin$/ }).click();
    await expect(row.locator('[data-part="figures"]')).toHaveText(/yr eiliad · tua \d+ (eiliad|munud|funud) ar ôl$/);
    await shoot(page, 'reporter-upload-running-cy-320');
    await row.getByRole('button', { name: /^Canslo.*tywydd\.bin$/ }).click();
    await expect(row).toHaveCount(0);
    await expect(page.locator('#file')).toBeFocused();
  } finally {
    await instance.stop();
  }
});

test('an upload can be paused, resumed and cancelled', async ({ browser }, info) => {
  const instance = await startInstance({ recorded: true });
  try {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(info.outputDir, { recursive: true });
    const paths = ['one.bin', 'two.bin'].map((name) => join(info.outputDir, name));
    for (const path of paths) writeFileSync(path, randomFillSync(Buffer.alloc(64 << 20)));
    const page = await openPage(browser, { viewport: { width: 320, height: 640 } });
    await begin(page, instance.origin, instance.desk('police'));
    await walk(page, { until: 'files' });
    await page.locator('#file').setInputFiles(paths);
    const send = page.locator('#file-send');
    if (await send.isVisible()) await send.click();
    const rows = page.locator('.safehand-upload');
    await expect(rows).toHaveCount(2);
    await rows.first().locator('[data-part="pause"]').click();
    await page.waitForTimeout(500);
    const stood = await rows.first().locator('progress').getAttribute('value');
    await page.waitForTimeout(500);
    expect(await rows.first().locator('progress').getAttribute('value')).toBe(stood);
    await shoot(page, 'reporter-upload-paused-320');
    await rows.nth(1).locator('[data-part="cancel"]').click();
    await rows.first().locator('[data-part="pause"]').click();
    await expect(page.locator('#files-taken')).toContainText('one.bin', { timeout: 120_000 });
    await expect(page.locator('#files-taken')).not.toContainText('two.bin');
  } finally {
    await instance.stop();
  }
});

test('files and folders that are dropped are taken, and do not open in place of the page', async ({ browser }, info) => {
  const instance = await startInstance();
  try {
    const folder = join(info.outputDir, 'season');
    mkdirSync(join(folder, 'autumn'), { recursive: true });
    for (const name of ['match.txt', 'autumn/rain.txt']) writeFileSync(join(folder, name), `About ${name}.\n`);
    writeFileSync(join(folder, 'nothing.txt'), '');
    const single = join(info.outputDir, 'homework.txt');
    writeFileSync(single, 'Page 12, questions 1 to 4.\n');

    const page = await openPage(browser);
    await begin(page, instance.origin, instance.desk('police'));
    const session = await page.context().newCDPSession(page);
    const drop = async (files) => {
      const data = { items: [], files, dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop']) {
        await session.send('Input.dispatchDragEvent', { type, x: 200, y: 300, data });
      }
    };
    // On a page that takes no files, nothing happens.
    const address = page.url();
    await drop([single]);
    expect(page.url()).toBe(address);

    await walk(page, { until: 'files' });
    await drop([single, folder]);
    const taken = page.locator('#files-taken');
    for (const name of ['homework.txt', 'match.txt', 'rain.txt']) await expect(taken).toContainText(name);
    await expect(page.locator('#error-summary')).toContainText('nothing.txt');
    await expect(taken).not.toContainText('nothing.txt');
    await passesAxe(page, 'files that were dropped');
  } finally {
    await instance.stop();
  }
});

test('two hundred files are added at once, watched as one, and refused one by one where they must be', async ({ browser }, info) => {
  test.setTimeout(300_000);
  const instance = await startInstance();
  try {
    const folder = join(info.outputDir, 'season');
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(folder, 'autumn'), { recursive: true });
    const names = Array.from({ length: 197 }, (_, number) => `match-${String(number + 1).padStart(3, '0')}.txt`);
    for (const name of names) writeFileSync(join(folder, 'autumn', name), `${name}: it rained, two all.\n`.repeat(50));
    writeFileSync(join(folder, 'empty.txt'), '');
    // A zip's first header, with the bit that says that a password is needed.
    writeFileSync(join(folder, 'locked.zip'), Buffer.from('504b03041400010008000000000000000000', 'hex'));
    const large = Array.from({ length: 3 }, (_, number) => join(info.outputDir, `film-${number}.bin`));
    for (const path of large) writeFileSync(path, randomFillSync(Buffer.alloc(6 << 20)));

    const page = await openPage(browser, { viewport: { width: 320, height: 640 } });
    await begin(page, instance.origin, instance.desk('police'));
    await walk(page, { until: 'files' });
    const all = page.locator('#uploads-all');
    await expect(all).toBeHidden();
    await page.locator('#file').setInputFiles(large);
    await expect(all).toBeVisible();
    await all.getByRole('button', { name: /^Pause/ }).click();
    await expect(page.locator('.safehand-upload [data-part="status"]')).toHaveText(Array(3).fill('Paused'));
    await expect(all.locator('[data-part="figures"]')).toHaveText(/^[\d.]+ (bytes|KB|MB) of [\d.]+ MB \(\d+%\)$/);

    await page.locator('#folder').setInputFiles(folder);
    const rows = page.locator('.safehand-upload');
    await expect.poll(() => rows.count(), { intervals: [50] }).toBeGreaterThan(100);
    await expect(page.locator('#error-summary')).toContainText('“empty.txt” is empty');
    await expect(page.locator('#error-summary')).toContainText('“locked.zip” is locked with a password');
    await passesAxe(page, 'two hundred files');
    await fitsTheScreen(page, 'two hundred files');
    await shoot(page, 'reporter-uploads-200-320');

    await expect(page.locator('.safehand-upload')).toHaveCount(3, { timeout: 180_000 });
    for (const row of await page.locator('.safehand-upload').all()) await expect(row).toContainText('Paused');
    await all.getByRole('button', { name: /^Go on/ }).click();
    await expect(page.locator('.safehand-upload')).toHaveCount(0, { timeout: 60_000 });
    await expect(all).toBeHidden();
    await expect(page.locator('#files-taken .safehand-digest')).toHaveCount(200);
  } finally {
    await instance.stop();
  }
});
