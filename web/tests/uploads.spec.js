// Large files over a bad line: sealed in pieces, resumed where they stopped, the same at the end.
import { expect, test } from '@playwright/test';
import { createHash, randomFillSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startInstance } from './support/instance.js';
import { openReport, part, saveFirstFile, signIn } from './support/officer.js';
import { openPage, shoot } from './support/page.js';
import { begin, walk } from './support/reporter.js';

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
    await page.locator('input[type="file"]').setInputFiles(path);
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
    await page.locator('input[type="file"]').setInputFiles(paths);
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
