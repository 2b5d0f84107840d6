// Exhibits: an officer enters, derives, corrects and withdraws, and saves the list and the continuity.
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';

import { startInstance } from './support/instance.js';
import { part, signIn } from './support/officer.js';
import { fitsTheScreen, openPage, passesAxe, shoot, watch } from './support/page.js';

let instance;

test.beforeAll(async () => {
  instance = await startInstance();
});

test.afterAll(async () => {
  await instance.stop();
});

const card = (page, reference) => page.locator('.console-files .console-card').filter({ hasText: `${reference}:` });

/** Opens the first report of the queue that has files. */
async function openReportWithFiles(page) {
  const links = page.getByRole('row').getByRole('link');
  await expect(links.first()).toBeVisible();
  for (let at = 0; at < (await links.count()); at += 1) {
    await links.nth(at).click();
    const files = page.getByRole('navigation', { name: 'Parts of the report' }).getByRole('link', { name: /^Files/ });
    if (!/\(0\)/.test(await files.innerText())) return;
    await page.getByRole('link', { name: 'Back to the queue' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Queue' })).toBeVisible();
  }
  throw new Error('no report of the demo holds a file');
}

async function enter(page, { description, producer, file, held }) {
  await page.getByLabel('Description').fill(description);
  await page.getByLabel('Producer').fill(producer);
  if (file) await page.getByLabel('File', { exact: true }).selectOption({ index: 1 });
  if (held) await page.getByLabel('Where it is held').fill(held);
  await page.getByRole('button', { name: 'Seal and keep' }).click();
}

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

test('an officer keeps the exhibit list of a report', async ({ browser }) => {
  const page = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  const stayedHome = watch(page, instance.origin);
  await signIn(page, instance.origin, instance.member('police', 'investigator'));
  await openReportWithFiles(page);
  await part(page, 'Exhibits');
  await expect(page.getByText('There is no exhibit yet.')).toBeVisible();

  await page.getByRole('button', { name: 'Add an exhibit' }).click();
  const proposed = await page.getByLabel('Reference').inputValue();
  expect(proposed).toMatch(/^[A-Z]+\/1$/);
  await page.getByRole('button', { name: 'Seal and keep' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter a description.');
  await page.getByLabel('Reference').fill('rp/1');
  await passesAxe(page, 'exhibit form');
  await enter(page, { description: '=Export of a chat about football', producer: 'Robin Plover', file: true });
  await expect(card(page, 'RP/1')).toContainText('Robin Plover');
  await expect(card(page, 'RP/1')).toContainText('The desk’s sealed store');

  await page.getByRole('button', { name: 'Add an exhibit' }).click();
  await page.getByLabel('Reference').fill('RP/1');
  await enter(page, { description: 'A tablet', producer: 'Robin Plover' });
  await expect(page.getByRole('alert')).toContainText('RP/1 is taken');
  await page.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'Derive RP/1' }).click();
  await expect(page.getByLabel('Reference')).toHaveValue('RP/1/A');
  await enter(page, { description: 'Printed transcript', producer: 'Ada Okafor', held: 'Store 4' });
  await expect(card(page, 'RP/1/A')).toContainText('Derived from');

  await page.getByRole('button', { name: 'Correct RP/1/A' }).click();
  await enter(page, { description: 'Printed transcript', producer: 'Ada Okafor', held: 'Store 5, shelf 2' });
  await expect(card(page, 'RP/1/A')).toContainText('Store 5, shelf 2');
  await expect(card(page, 'RP/1/A')).toHaveCount(1);

  await card(page, 'RP/1').first().locator('summary').click();
  const steps = page.getByRole('table', { name: 'Continuity of RP/1' }).locator('tbody tr');
  await expect(steps.first()).toContainText('The reporter');
  await expect(steps.first()).toContainText('Handed over');
  await passesAxe(page, 'exhibits');
  await shoot(page, 'console-exhibits-1280');
  await page.setViewportSize({ width: 320, height: 900 });
  await fitsTheScreen(page, 'exhibits');
  await passesAxe(page, 'exhibits at 320 pixels');
  await shoot(page, 'console-exhibits-320');
  await page.setViewportSize({ width: 1280, height: 900 });

  const list = await saved(page, 'Save the list (CSV)');
  expect(list.name).toMatch(/^exhibits-[0-9A-Z-]+\.csv$/);
  const lines = list.text.trim().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain('RP/1,,"\'=Export of a chat about football"');
  expect(lines[1]).toMatch(/[0-9a-f]{64}/);
  expect(lines[2]).toContain('RP/1/A,RP/1,Printed transcript');
  const continuity = await saved(page, 'Save the continuity (CSV)');
  expect(continuity.text).toMatch(/RP\/1,[^,]+,The reporter,The desk’s sealed store,Handed over,[0-9a-f]{64},\d+/);

  await page.getByRole('button', { name: 'Withdraw RP/1/A' }).click();
  await expect(card(page, 'RP/1/A')).toHaveCount(0);
  await page.getByRole('button', { name: 'Derive RP/1' }).click();
  await expect(page.getByLabel('Reference')).toHaveValue('RP/1/B');

  // A colleague who only reads sees the list and changes nothing; the reporter's words open none of it.
  const reader = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  const address = page.url();
  await signIn(reader, instance.origin, instance.member('police', 'disclosure'));
  await reader.goto(address);
  await expect(card(reader, 'RP/1')).toContainText('Robin Plover');
  await expect(reader.getByRole('button', { name: 'Add an exhibit' })).toHaveCount(0);
  stayedHome();
  await page.context().close();
  await reader.context().close();
});
