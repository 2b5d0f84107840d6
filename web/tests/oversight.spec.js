// Oversight: an auditor finds the officer who looked up a neighbour; officers read the history of a report.
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';

import { startInstance } from './support/instance.js';
import { openReport, part, signIn } from './support/officer.js';
import { fitsTheScreen, openPage, passesAxe, shoot, watch } from './support/page.js';

let instance;

test.beforeAll(async () => {
  instance = await startInstance();
});

test.afterAll(async () => {
  await instance.stop();
});

const status = (page) => page.locator('#ledger-results');
const entries = (page) => page.getByRole('table', { name: /Entries of the ledger/ }).locator('tbody tr');

async function audit(page) {
  await signIn(page, instance.origin, instance.member('police', 'auditor'), 'Ledger');
  await expect(status(page)).toContainText('entries');
}

/** An officer opens the first report of the queue; answers with its reference. */
async function lookUp(browser, role) {
  const page = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await signIn(page, instance.origin, instance.member('police', role));
  await openReport(page, '');
  const heading = await page.getByRole('heading', { level: 1 }).innerText();
  return { page, reference: /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(heading)[0] };
}

for (const width of [320, 1280]) {
  test(`the ledger and a history are fit for everybody at ${width} pixels`, async ({ browser }) => {
    const page = await openPage(browser, { viewport: { width, height: 900 } });
    const stayedHome = watch(page, instance.origin);
    await audit(page);
    await expect(page.getByRole('link', { name: 'Queue' })).toHaveCount(0);
    await passesAxe(page, 'ledger');
    await fitsTheScreen(page, 'ledger');
    await entries(page).first().locator('summary').click();
    await passesAxe(page, 'ledger with an entry unfolded');
    await fitsTheScreen(page, 'ledger with an entry unfolded');
    await shoot(page, `console-ledger-${width}`);
    await page.getByRole('button', { name: 'Count readings' }).click();
    await expect(page.getByRole('table', { name: 'Readings by member and day' })).toBeVisible();
    await passesAxe(page, 'counts');
    await fitsTheScreen(page, 'counts');
    await page.locator('.console-counts').scrollIntoViewIfNeeded();
    await shoot(page, `console-ledger-counts-${width}`);

    const { page: officer } = await lookUp(browser, 'investigator');
    await officer.setViewportSize({ width, height: 900 });
    await part(officer, 'History');
    await expect(officer.locator('.console-timeline').first()).toContainText('read the answers');
    await passesAxe(officer, 'history');
    await fitsTheScreen(officer, 'history');
    await shoot(officer, `console-history-${width}`);
    stayedHome();
    await page.context().close();
    await officer.context().close();
  });
}

test('an auditor finds who looked up a report, and everything that officer looked up', async ({ browser }) => {
  const nosy = instance.member('police', 'disclosure');
  const { page: officer, reference } = await lookUp(browser, 'disclosure');
  await part(officer, 'History');
  await expect(officer.locator('.console-timeline').first()).toContainText(`${nosy.name} read the answers`);

  const page = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await audit(page);
  await page.getByLabel('Report reference').fill(reference.toLowerCase());
  await page.getByLabel('What was done').selectOption('item.consulted');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page).toHaveURL(new RegExp(`report=${reference}&act=item.consulted`));
  await expect(entries(page).filter({ hasText: nosy.name }).first()).toContainText('read');

  await page.getByRole('button', { name: 'Count readings' }).click();
  const counted = page.getByRole('table', { name: 'Readings by member and day' }).locator('tbody tr');
  await expect(counted.filter({ hasText: nosy.name })).toBeVisible();
  const columns = await counted.filter({ hasText: nosy.name }).locator('td').allInnerTexts();
  expect(columns.slice(2, 4), 'one report, not assigned to them').toEqual(['1', '1']);

  // From the report to the person, by a link in the row; back with the back button.
  await entries(page).filter({ hasText: nosy.name }).first().getByRole('link', { name: nosy.name }).click();
  await expect(page.getByLabel('Member', { exact: true })).toHaveValue(/.+/);
  await expect(entries(page).filter({ hasNotText: nosy.name })).toHaveCount(0);
  await expect(entries(page).first()).toContainText('read');
  await page.goBack();
  await expect(page.getByLabel('Member', { exact: true })).toHaveValue('');

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByLabel('What was done').selectOption('ledger.consulted');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await expect(entries(page).first(), 'looking is on record').toContainText(instance.member('police', 'auditor').name);
  await expect(page.locator('.console-ledger')).toContainText(`asking for report ${reference}`);

  // An audit does not show where officers look.
  await officer.reload();
  await signIn(officer, instance.origin, nosy, /report/i);
  await part(officer, 'History');
  await expect(officer.locator('.console-timeline').first()).toBeVisible();
  await expect(officer.locator('.console-timeline').first()).not.toContainText('ledger');
  await page.context().close();
  await officer.context().close();
});

test('the ledger is read with the keyboard alone, page by page', async ({ browser }) => {
  const page = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await audit(page);
  // Enough acts for three pages of a hundred: every refresh is one itself.
  await page.evaluate(async () => {
    const desk = new URL(document.querySelector('a[download]').href).pathname.replace('.csv', '');
    await Promise.all(Array.from({ length: 210 }, () => fetch(desk + '?limit=1')));
  });
  await page.keyboard.press('/');
  await expect(page.getByLabel('Member', { exact: true })).toBeFocused();
  for (let turn = 0; turn < 3; turn += 1) await page.keyboard.press('Tab');
  await expect(page.getByLabel('What was done')).toBeFocused();
  await page.keyboard.type('Ledger looked up');
  for (let turn = 0; turn < 20; turn += 1) {
    await page.keyboard.press('Tab');
    if (await page.getByRole('button', { name: 'Apply filters' }).evaluate((button) => button === document.activeElement)) break;
  }
  await page.keyboard.press('Enter');
  await expect(status(page)).toContainText('100 entries, the newest');
  await expect(status(page)).toBeFocused();
  const numbers = async () => (await entries(page).locator('summary').allInnerTexts()).map((text) => /\d+/.exec(text)[0]);
  const first = await numbers();
  await page.keyboard.press('n');
  await expect(status(page)).toContainText('newer and older');
  const second = await numbers();
  expect(second.filter((number) => first.includes(number)), 'no entry is on two pages').toEqual([]);
  await page.keyboard.press('n');
  await expect(status(page)).toContainText('the oldest');
  await page.keyboard.press('p');
  await expect(status(page)).toContainText('newer and older');
  expect(await numbers(), 'what came in since has moved nothing').toEqual(second);
  await page.context().close();
});

test('the export is what the filters show, as a file that runs nothing', async ({ browser }) => {
  const page = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await audit(page);
  await page.getByLabel('What was done').selectOption('report.received');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page).toHaveURL(/act=report.received/);
  await expect(entries(page).first()).toContainText('handed over the report');
  const count = await entries(page).count();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export these as CSV' }).click(),
  ]);
  const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n');
  expect(lines[0].split(',').slice(0, 4)).toEqual(['number', 'index', 'time', 'act']);
  expect(lines.length - 1).toBe(count);
  for (const line of lines.slice(1)) expect(line).toContain(',report.received,');
  await page.context().close();
});

test('mistakes and empty answers are told in words', async ({ browser }) => {
  const page = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await audit(page);
  await page.getByLabel('Report reference').fill('the neighbour');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page.getByText('Enter the report’s reference, such as 7KQ2-M4TX')).toBeVisible();
  await expect(page.getByLabel('Report reference')).toBeFocused();
  await passesAxe(page, 'a wrong reference');
  await page.getByLabel('Report reference').fill('0000-0000');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page.getByRole('alert')).toContainText('No report of this desk has this reference.');
  await passesAxe(page, 'an unknown reference');
  await page.getByLabel('Report reference').fill('');
  await page.getByLabel('From', { exact: true }).fill('2030-01-01');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page.getByText('Nothing in the ledger passes these filters.')).toBeVisible();
  await shoot(page, 'console-ledger-empty');
  await page.context().close();
});
