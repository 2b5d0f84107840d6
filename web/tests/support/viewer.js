// Files at the desk: asked for, let out, examined.
import { expect } from '@playwright/test';

import { part, signIn } from './officer.js';
import { openPage } from './page.js';

/** The card of a file, or of a hash list. */
export const card = (page, name) => page.locator('.console-files .console-card').filter({ hasText: name });
export const viewer = (page) => page.getByRole('dialog').filter({ has: page.locator('#viewer-title') });
export const frame = (page) => page.frameLocator('#viewer-frame');

/** Signs in and opens the newest report, at its files. */
export async function openFiles(page, instance, role) {
  await signIn(page, instance.origin, instance.member('police', role));
  await page.getByLabel('Order').selectOption('Newest first');
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  await part(page, 'Files');
  await expect(page.locator('.console-files .console-card').first()).toBeVisible();
}

/** Examines a file, and waits until that is over. */
export async function examine(page, name) {
  await card(page, name).getByRole('button', { name: /Examine/ }).click();
  await expect(viewer(page)).toBeVisible();
  await expect(viewer(page).getByText(/^(Reading|Opening|Comparing)/)).toHaveCount(0, { timeout: 30_000 });
}

export const close = (page) => viewer(page).getByRole('button', { name: 'Close' }).click();

/** A supervisor who has just signed in. */
export async function supervisor(browser, instance) {
  const page = await openPage(browser);
  await signIn(page, instance.origin, instance.member('police', 'supervisor'));
  return page;
}

/**
 * Has everything in quarantine let out to an intake officer, who is at the report's files; `arrive` brings a supervisor to
 * the queue, once there is a request in it.
 */
export async function letOut(asker, arrive, instance, why) {
  await asker.getByLabel('Why').fill(why);
  await asker.getByRole('button', { name: 'Ask a second person' }).click();
  await expect(asker.getByText('Waiting for a second person')).toBeVisible();
  const head = await arrive();
  await head.getByRole('link', { name: /files/ }).click();
  await head.getByRole('button', { name: 'Approve' }).click();
  await expect(head.getByText(/^Approved/)).toBeVisible();
  await asker.reload();
  await signIn(asker, instance.origin, instance.member('police', 'intake'), /report/i);
  await part(asker, 'Files');
}
