// Working at the desk as an officer would.
import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';

/** Signs in and waits for the queue, or for another page that this person lands on. */
export async function signIn(page, origin, { login, passphrase }, lands = 'Queue') {
  if (!page.url().startsWith(`${origin}/console/`)) await page.goto(`${origin}/console/`);
  await page.getByLabel('Sign-in name').fill(login);
  await page.getByLabel('Passphrase').fill(passphrase);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: lands })).toBeVisible({ timeout: 60_000 });
}

/** Opens the first report of the queue that shows `title`. */
export async function openReport(page, title) {
  const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
  await rows.filter({ hasText: title }).first().getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/report/i);
}

/** Goes to one part of the report. */
export async function part(page, name) {
  await page.getByRole('navigation', { name: 'Parts of the report' }).getByRole('link', { name }).click();
}

/** Saves the first file of the report, through the warning; answers with its bytes. */
export async function saveFirstFile(page) {
  await page.getByRole('button', { name: /Save file 1/ }).or(page.getByRole('button', { name: /^Save/ })).first().click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the file' }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Seals and sends a message to the reporter. */
export async function reply(page, text) {
  await page.getByLabel('Message to the reporter').fill(text);
  await page.getByRole('button', { name: 'Seal and send' }).click();
  await expect(page.getByText(text)).toBeVisible();
}

/** Seals and keeps a note for colleagues. */
export async function note(page, text) {
  await page.getByLabel('New note').fill(text);
  await page.getByRole('button', { name: 'Seal and keep' }).click();
  await expect(page.getByText(text)).toBeVisible();
}
