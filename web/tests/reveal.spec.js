// An anonymous reporter is told what a file says about them, and can take it out before it is sealed.
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';

import { startInstance } from './support/instance.js';
import { openReport, part, signIn } from './support/officer.js';
import { fitsTheScreen, openPage, passesAxe, shoot, watch } from './support/page.js';
import { jpeg, signedPdf } from './support/pictures.js';
import { begin, goOn, storyWith, walk } from './support/reporter.js';
import { letOut, supervisor } from './support/viewer.js';

const ANONYMOUS = storyWith({ route: { route: 'anonymous' } });
const asked = (page, name) => page.locator('.safehand-upload--asked').filter({ hasText: name });
const photo = (name, buffer) => ({ name, mimeType: 'image/jpeg', buffer });

test('an anonymous reporter is asked before a file that tells who they are is sealed', async ({ browser }) => {
  const instance = await startInstance();
  try {
    const page = await openPage(browser, { viewport: { width: 320, height: 900 } });
    const stayedHome = watch(page, instance.origin);
    await begin(page, instance.origin, instance.desk('police'));
    await walk(page, { answers: ANONYMOUS, until: 'files' });
    const telling = await jpeg(page, true);
    await page.locator('#file').setInputFiles([
      photo('pitch.jpg', telling),
      photo('plain.jpg', await jpeg(page, false)),
      { name: 'fixtures.pdf', mimeType: 'application/pdf', buffer: signedPdf() },
    ]);
    const taken = page.locator('#files-taken');
    await expect(taken).toContainText('plain.jpg', { timeout: 60_000 });
    await expect(asked(page, 'pitch.jpg')).toContainText('where it was made');
    await expect(asked(page, 'pitch.jpg')).toContainText('Pitchcam');
    await expect(asked(page, 'fixtures.pdf')).toContainText('a name: Ann Heron');
    await expect(asked(page, 'fixtures.pdf').getByRole('button', { name: /Take it out/ })).toBeHidden();
    await expect(taken).not.toContainText('pitch.jpg');
    await expect(page.getByText('Do the same with all of them')).toBeVisible();
    await passesAxe(page, 'files that tell who made them');
    await fitsTheScreen(page, 'files that tell who made them');
    await shoot(page, 'reporter-reveal-320');
    await page.setViewportSize({ width: 1280, height: 900 });
    await shoot(page, 'reporter-reveal-1280');
    await page.setViewportSize({ width: 320, height: 900 });

    await asked(page, 'fixtures.pdf').getByRole('button', { name: 'Do not add it' }).click();
    await expect(asked(page, 'fixtures.pdf')).toHaveCount(0);
    await expect(page.getByText('Do the same with all of them')).toHaveCount(0);
    // A question that was left open comes again beside the button that sends.
    await goOn(page);
    const decide = async () => {
      const question = asked(page, 'pitch.jpg');
      await expect(question).toBeVisible({ timeout: 60_000 });
      await passesAxe(page, 'a question beside the button that sends');
      await shoot(page, 'reporter-reveal-send-320');
      await question.getByRole('button', { name: /Take it out/ }).click();
    };
    await Promise.all([walk(page, { answers: ANONYMOUS }), decide()]);
    await expect(page.locator('#words li')).toHaveCount(7, { timeout: 60_000 });
    stayedHome();

    // What the desk gets is the picture, without a word about who made it.
    const asker = await openPage(browser);
    await signIn(asker, instance.origin, instance.member('police', 'intake'));
    await openReport(asker, 'Chatterbox');
    await part(asker, 'Files');
    await expect(asker.locator('.console-files')).toContainText('pitch.jpg');
    await expect(asker.locator('.console-files')).not.toContainText('fixtures.pdf');
    await letOut(asker, () => supervisor(browser, instance), instance, 'It may show the pitch.');
    await asker.locator('.console-card').filter({ hasText: 'pitch.jpg' }).getByRole('button', { name: /Save/ }).click();
    const [download] = await Promise.all([
      asker.waitForEvent('download'),
      asker.getByRole('button', { name: 'Save the file' }).click(),
    ]);
    const saved = readFileSync(await download.path());
    expect(saved.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(telling.includes('Pitchcam') && telling.includes('Exif')).toBe(true);
    expect(saved.includes('Pitchcam') || saved.includes('Exif')).toBe(false);
  } finally {
    await instance.stop();
  }
});

test('several files are decided at once, and whoever gave a name is not asked', async ({ browser }) => {
  const instance = await startInstance();
  try {
    const page = await openPage(browser);
    await begin(page, instance.origin, instance.desk('police'));
    await walk(page, { answers: ANONYMOUS, until: 'files' });
    const telling = await jpeg(page, true);
    await page.locator('#file').setInputFiles(['one.jpg', 'two.jpg', 'three.jpg'].map((name) => photo(name, telling)));
    await expect(page.locator('.safehand-upload--asked')).toHaveCount(4);
    await page.getByRole('button', { name: 'Add all as they are' }).click();
    const digests = page.locator('#files-taken .safehand-digest');
    await expect(digests).toHaveCount(3, { timeout: 60_000 });
    await expect(page.locator('.safehand-upload--asked')).toHaveCount(0);
    expect(new Set(await digests.allInnerTexts()).size, 'as they are').toBe(1);
    await page.locator('#file').setInputFiles(['four.jpg', 'five.jpg'].map((name) => photo(name, telling)));
    await page.getByRole('button', { name: 'Take it out of all' }).click();
    await expect(digests).toHaveCount(5, { timeout: 60_000 });
    expect(new Set(await digests.allInnerTexts()).size, 'two were made anew').toBe(2);

    const named = await openPage(browser);
    await begin(named, instance.origin, instance.desk('police'));
    await walk(named, { until: 'files' });
    await named.locator('#file').setInputFiles(photo('one.jpg', telling));
    await expect(named.locator('#files-taken')).toContainText('one.jpg', { timeout: 60_000 });
    await expect(named.locator('.safehand-upload--asked')).toHaveCount(0);
  } finally {
    await instance.stop();
  }
});
