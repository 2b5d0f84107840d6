// Signing in costs a proof of work. Nobody who types should notice.
import { expect, test } from '@playwright/test';

import { startInstance } from './support/instance.js';
import { openPage, watch } from './support/page.js';

/** A million tries on average: a second of a fast machine, if it were done at a stretch. */
const HARD = { SAFEHAND_WORK_BASE_BITS: '20', SAFEHAND_WORK_MAX_BITS: '20' };
/** Milliseconds that a key stroke may come late on a busy machine. */
const NOTICED = 200;

test('the proof of work is done while the member types, and no key stroke waits for it', async ({ browser }) => {
  const instance = await startInstance({ env: HARD });
  try {
    const page = await openPage(browser);
    const stayedHome = watch(page, instance.origin);
    await page.addInitScript(() => {
      window.longest = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
      }).observe({ type: 'longtask' });
    });
    const challenges = [];
    const stamps = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname === '/api/v1/work') challenges.push(Date.now());
      if (request.method() === 'POST' && pathname.startsWith('/api/v1/session/')) {
        stamps.push(request.headers()['safehand-work']);
      }
    });
    const refused = [];
    page.on('response', (response) => response.status() === 428 && refused.push(response.url()));

    await page.goto(`${instance.origin}/console/`);
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await page.evaluate(() => (window.longest = 0));
    const { login, passphrase } = instance.member('police', 'supervisor');
    await page.getByLabel('Sign-in name').pressSequentially(login, { delay: 60 });
    await page.getByLabel('Passphrase').pressSequentially(passphrase, { delay: 60 });
    expect(await page.evaluate(() => window.longest)).toBeLessThan(NOTICED);
    await expect.poll(() => challenges.length, { timeout: 60_000 }).toBe(2);

    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Queue' })).toBeVisible({ timeout: 60_000 });
    expect(challenges).toHaveLength(2);
    expect(refused).toEqual([]);
    const paid = stamps.slice(0, 2);
    expect(paid.every((stamp) => /^[\w-]+\.\d+$/.test(stamp))).toBe(true);
    expect(new Set(paid).size).toBe(2);
    stayedHome();
  } finally {
    await instance.stop();
  }
});

test('a proof that came too late is solved anew, and the member signs in all the same', async ({ browser }) => {
  const instance = await startInstance({ env: { SAFEHAND_WORK_LIFETIME_SECONDS: '3' } });
  try {
    const page = await openPage(browser);
    const refused = [];
    page.on('response', (response) => response.status() === 428 && refused.push(response.url()));
    await page.goto(`${instance.origin}/console/`);
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    // Longer than what was solved meanwhile is good for.
    await page.waitForTimeout(5000);
    const { login, passphrase } = instance.member('police', 'supervisor');
    await page.getByLabel('Sign-in name').fill(login);
    await page.getByLabel('Passphrase').fill(passphrase);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Queue' })).toBeVisible({ timeout: 60_000 });
    expect(refused.length).toBeGreaterThan(0);
  } finally {
    await instance.stop();
  }
});
